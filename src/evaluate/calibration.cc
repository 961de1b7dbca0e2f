#include "evaluate/calibration.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace custos::evaluate {

std::vector<double> benign_p_values(const Scene& scene, const std::vector<Alarm>& alarms) {
  std::vector<double> out;
  for (const Alarm& a : alarms) {
    if (a.p < 0 || scene.recording.periods().at(a.time) != Period::Test) continue;
    if (std::all_of(a.events.begin(), a.events.end(), [&](std::uint32_t o) { return scene.truth.of(o).empty(); })) out.push_back(a.p);
  }
  return out;
}

std::pair<std::uint64_t, std::uint64_t> binomial_limits(std::uint64_t n, double share) {
  const auto count = static_cast<double>(n);
  std::uint64_t low = n;
  bool low_found = false;
  double sum = 0;
  for (std::uint64_t k = 0; k <= n; ++k) {
    const auto x = static_cast<double>(k);
    const double log_choose = std::lgamma(count + 1) - std::lgamma(x + 1) - std::lgamma(count - x + 1);
    sum += std::exp(log_choose + x * std::log(share) + (count - x) * std::log1p(-share));
    if (!low_found && sum >= 0.025) {
      low = k;
      low_found = true;
    }
    if (sum >= 0.975) return {low, k};
  }
  return {low, n};
}

Calibration calibrate(std::vector<double> p) {
  Calibration c;
  c.count = p.size();
  if (p.empty()) return c;
  std::sort(p.begin(), p.end());
  const auto n = static_cast<double>(p.size());
  double alpha = 0.1;
  for (Promise& promise : c.promises) {
    promise.promised = alpha;
    // A p-value that is meant to be 1/10 may be a hair above it in binary.
    promise.observed = static_cast<std::uint64_t>(std::upper_bound(p.begin(), p.end(), alpha * (1 + 1e-12)) - p.begin());
    std::tie(promise.low, promise.high) = binomial_limits(c.count, alpha);
    alpha /= 10;
  }
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double above = static_cast<double>(i + 1) / n - p[i], below = p[i] - static_cast<double>(i) / n;
    // Equal p-values are one step of the observed curve: judged at its upper and its lower edge only.
    if (i + 1 == p.size() || p[i + 1] != p[i]) c.ks_above = std::max(c.ks_above, above);
    if (i == 0 || p[i - 1] != p[i]) c.ks = std::max(c.ks, below);
  }
  c.ks = std::max(c.ks, c.ks_above);
  for (std::size_t rank = 1; rank <= p.size(); rank += std::max<std::size_t>(1, rank / 5)) {
    c.quantiles.emplace_back((static_cast<double>(rank) - 0.5) / n, p[rank - 1]);
  }
  return c;
}

}  // namespace custos::evaluate
