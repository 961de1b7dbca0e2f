#include "behavior/statistics/combine.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace custos::behavior {
namespace combining {
namespace {

double within(double p, double least, double greatest) {
  if (std::isnan(p)) return greatest;
  return std::clamp(p, least, greatest);
}

constexpr double kNothing = std::numeric_limits<double>::min();

}  // namespace
}  // namespace combining

double cauchy(std::span<const double> p, std::span<const double> weights) {
  using std::numbers::pi;
  double sum = 0, total = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double w = i < weights.size() ? weights[i] : 1;
    if (!(w > 0)) continue;
    // tan(pi (1/2 - p)) is cot(pi p): near 0 the first form loses the digits of p to those of 1/2.
    sum += w / std::tan(pi * combining::within(p[i], kLeastP, kGreatestP));
    total += w;
  }
  if (total <= 0) return 1;
  // 1/2 - arctan(t) / pi is arctan(1 / t) / pi for t > 0, for the same reason.
  return std::atan2(total, sum) / pi;
}

// The upper tail of a chi-squared with 2 k degrees of freedom at 2 x: exp(-x) * sum over i < k of x^i / i!.
double fisher(std::span<const double> p) {
  double x = 0;
  for (const double one : p) x -= std::log(combining::within(one, kLeastP, 1));
  double log_term = -x, sum = 0;  // exp(-x) alone may be 0
  for (std::size_t i = 0; i < p.size(); ++i) {
    sum += std::exp(log_term);
    log_term += std::log(x / static_cast<double>(i + 1));
  }
  return p.empty() ? 1 : std::clamp(sum, combining::kNothing, 1.0);
}

double bonferroni(std::span<const double> p) {
  double least = 1;
  for (const double one : p) least = std::min(least, combining::within(one, kLeastP, 1));
  return p.empty() ? 1 : std::min(1.0, least * static_cast<double>(p.size()));
}

ShiryaevRoberts::ShiryaevRoberts(double value) : r_(combining::within(value, 0, kGreatest)) {
  if (std::isnan(value)) r_ = 0;
}

double ShiryaevRoberts::add(double p) {
  const double e = 0.5 / std::sqrt(combining::within(p, kLeastP, 1));
  r_ = std::min(kGreatest, e * (1 + kLambda * r_));
  return r_;
}

// R -> 1/2 + (lambda / 2) R has the fixed point 1 / (2 - lambda), which R comes nearer by lambda / 2 a day.
void ShiryaevRoberts::add_quiet(int days) {
  if (days <= 0) return;
  constexpr double kFixed = 1 / (2 - kLambda);
  r_ = kFixed + (r_ - kFixed) * std::pow(kLambda / 2, days);
}

double ShiryaevRoberts::log10_value() const { return std::log10(r_); }

double alarm_threshold(double entities, double alarms_per_day) {
  if (!(alarms_per_day > 0)) return ShiryaevRoberts::kGreatest;
  return std::clamp(entities / alarms_per_day, 1.0, ShiryaevRoberts::kGreatest);
}

}  // namespace custos::behavior
