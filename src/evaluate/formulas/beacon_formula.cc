#include "evaluate/formulas/beacon_formula.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace custos::evaluate {
namespace beacon_parts {

constexpr std::size_t kBars = 24;
constexpr double kModeSensitivity = 0.05;
constexpr int kBarsForModes = 11, kOutliers = 1, kBarsForDuration = 6, kIdealRun = 12;

double three_digits(double x) { return std::round(x * 1000) / 1000; }

double middle(std::span<const double> sorted) {
  const std::size_t n = sorted.size();
  return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

// 1 - |Bowley's skew|; a spread below 10 or a median on a quartile counts as symmetric. Quartiles are medians of the halves without the middle.
double symmetry(std::span<const double> sorted) {
  const std::size_t half = sorted.size() / 2;
  const double q1 = middle(sorted.first(half)), q2 = middle(sorted), q3 = middle(sorted.last(half));
  if (q3 - q1 < 10 || q2 == q1 || q2 == q3) return 1;
  return 1 - std::abs((q1 + q3 - 2 * q2) / (q3 - q1));
}

// 1 - MAD / median, not below 0; `otherwise` where the median is below 1.
double steadiness(std::span<const double> sorted, double otherwise) {
  const double m = middle(sorted);
  if (m < 1) return otherwise;
  std::vector<double> away;
  for (const double x : sorted) away.push_back(std::abs(x - m));
  std::sort(away.begin(), away.end());
  return std::max(0.0, (m - middle(away)) / m);
}

double regularity(std::vector<double> values, double otherwise) {
  std::sort(values.begin(), values.end());
  return three_digits((symmetry(values) + steadiness(values, otherwise)) / 2);
}

std::vector<int> bars_of(std::span<const std::int64_t> times, std::int64_t first, std::int64_t last) {
  std::vector<int> bars(kBars, 0);
  const double width = static_cast<double>(last - first) / static_cast<double>(kBars);
  for (const std::int64_t t : times) {
    const auto bar = static_cast<std::int64_t>(std::floor(static_cast<double>(t - first) / width));
    ++bars[static_cast<std::size_t>(std::clamp<std::int64_t>(bar, 0, kBars - 1))];
  }
  return bars;
}

double flatness(const std::vector<int>& bars) {
  double sum = 0, squares = 0;
  for (const int b : bars) sum += b;
  const double mean = sum / static_cast<double>(bars.size());
  for (const int b : bars) squares += (b - mean) * (b - mean);
  const double variation = std::sqrt(squares / static_cast<double>(bars.size())) / mean;
  return variation > 1 ? 0 : three_digits(1 - variation);
}

double two_modes(const std::vector<int>& bars) {
  const auto filled = std::count_if(bars.begin(), bars.end(), [](int b) { return b > 0; });
  if (filled < kBarsForModes) return 0;
  const double step = std::ceil(*std::max_element(bars.begin(), bars.end()) * kModeSensitivity);
  std::map<int, int> heights;
  for (const int b : bars) {
    if (b > 0) ++heights[static_cast<int>(std::floor(b / step))];
  }
  int largest = 0, second = 0;
  for (const auto& [height, n] : heights) {
    if (n > largest) {
      second = largest;
      largest = n;
    } else {
      second = std::max(second, n);
    }
  }
  return std::min(1.0, three_digits(static_cast<double>(largest + second) / std::max(1.0, static_cast<double>(filled - kOutliers))));
}

double lasting(std::span<const std::int64_t> times, const std::vector<int>& bars, std::int64_t first, std::int64_t last) {
  int filled = 0, run = 0, longest = 0;
  for (std::size_t i = 0; i < 2 * bars.size(); ++i) {  // twice round: a run may go over the end
    const bool there = bars[i % bars.size()] > 0;
    if (i < bars.size() && there) ++filled;
    run = there ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  longest = std::min(longest, static_cast<int>(bars.size()));
  if (filled < kBarsForDuration) return 0;
  const auto share = [](double x) { return std::min(1.0, std::ceil(x * 1000) / 1000); };
  const double covered = static_cast<double>(times.back() - times.front()) / static_cast<double>(last - first);
  return std::max(share(covered), share(static_cast<double>(longest) / kIdealRun));
}

}  // namespace beacon_parts

double BeaconParts::score() const { return beacon_parts::three_digits((times + sizes + duration + histogram) / 4); }

std::optional<BeaconParts> beacon_formula(std::span<const std::int64_t> times, std::span<const double> sizes, std::int64_t first, std::int64_t last) {
  using namespace beacon_parts;
  std::vector<double> gaps;
  for (std::size_t i = 1; i < times.size(); ++i) {
    if (times[i] > times[i - 1]) gaps.push_back(static_cast<double>(times[i] - times[i - 1]));
  }
  if (gaps.size() < 3 || sizes.size() < 3 || last <= first) return std::nullopt;
  const std::vector<int> bars = bars_of(times, first, last);
  BeaconParts parts;
  parts.times = regularity(std::move(gaps), 1);
  parts.sizes = regularity({sizes.begin(), sizes.end()}, 0);
  parts.duration = lasting(times, bars, first, last);
  parts.histogram = std::max(flatness(bars), two_modes(bars));
  return parts;
}

}  // namespace custos::evaluate
