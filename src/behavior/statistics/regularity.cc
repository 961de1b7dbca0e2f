#include "behavior/statistics/regularity.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>
#include <numeric>

namespace custos::behavior {
namespace regular {
namespace {

// Changes the order of its argument.
double median(std::vector<double>& v) {
  const auto middle = v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2);
  std::nth_element(v.begin(), middle, v.end());
  if (v.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(v.begin(), middle)) / 2;
}

constexpr std::size_t kColumns = 8;
constexpr std::array<double, kColumns> kP = {0.9, 0.5, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6};
struct Row {
  double n;
  std::array<double, kColumns> d;
};
constexpr std::array<Row, 10> kTable = {{
    {8, {0.83646, 0.59309, 0.32951, 0.16667, 0.08927, 0.04906, 0.02728, 0.01543}},
    {12, {0.84249, 0.63210, 0.40134, 0.24320, 0.15572, 0.10222, 0.06837, 0.04620}},
    {16, {0.83768, 0.64956, 0.44437, 0.29600, 0.20748, 0.14884, 0.10842, 0.07914}},
    {24, {0.82452, 0.66576, 0.49474, 0.36449, 0.28081, 0.22089, 0.17577, 0.14278}},
    {32, {0.81310, 0.67337, 0.52405, 0.40747, 0.32972, 0.27171, 0.22646, 0.19014}},
    {48, {0.79657, 0.68064, 0.55799, 0.46001, 0.39229, 0.33991, 0.29789, 0.26232}},
    {64, {0.78560, 0.68416, 0.57770, 0.49174, 0.43134, 0.38357, 0.34483, 0.31288}},
    {96, {0.77125, 0.68758, 0.60055, 0.52968, 0.47902, 0.43824, 0.40317, 0.37565}},
    {128, {0.76217, 0.68927, 0.61389, 0.55221, 0.50766, 0.47155, 0.44171, 0.41614}},
    {256, {0.74385, 0.69178, 0.63854, 0.59475, 0.56276, 0.53704, 0.51425, 0.49389}},
}};

constexpr double kLeast = 1e-300;

}  // namespace
}  // namespace regular

Gaps clean(std::span<const Micros> times) {
  Gaps result;
  if (times.empty()) return result;
  constexpr double kSeconds = 1e-6;
  Micros last = times[0];
  result.starts.push_back(0);
  for (const Micros t : times.subspan(1)) {
    // A chain: what trickles in without a pause of kMerge is one contact, from its first record on.
    if (static_cast<double>(t - last) * kSeconds < Gaps::kMerge) {
      ++result.merged;
    } else {
      result.starts.push_back(static_cast<double>(t - times[0]) * kSeconds);
    }
    last = std::max(last, t);
  }
  std::vector<double> all;
  for (std::size_t i = 1; i < result.starts.size(); ++i) all.push_back(result.starts[i] - result.starts[i - 1]);
  if (all.empty()) return result;
  std::vector<double> scratch = all;
  const double most = Gaps::kSleep * regular::median(scratch);
  for (const double gap : all) {
    if (gap > most) {
      ++result.slept;
    } else {
      result.seconds.push_back(gap);
    }
  }
  scratch = result.seconds;
  result.median = regular::median(scratch);
  return result;
}

double mad_over_median(std::span<const double> gaps, double grain) {
  if (gaps.empty()) return 1;
  std::vector<double> v(gaps.begin(), gaps.end());
  const double median = regular::median(v);
  if (!(median > 0)) return 1;
  for (double& g : v) g = std::abs(g - median);
  return std::min(1.0, (regular::median(v) + grain) / median);
}

double regular_p(double d, std::size_t n) {
  using regular::kP, regular::kTable, regular::kColumns;
  if (n < 8 || !(d < 1)) return 1;
  if (!(d > 0)) return regular::kLeast;
  const double size = std::min(static_cast<double>(n - n % 2), kTable.back().n);
  const auto after = std::find_if(kTable.begin() + 1, kTable.end() - 1, [size](const regular::Row& row) { return row.n >= size; });
  const auto before = after - 1;
  const double way = std::log(size / before->n) / std::log(after->n / before->n);
  std::array<double, kColumns> quantiles{};  // of this n, in logarithms
  for (std::size_t c = 0; c < kColumns; ++c) quantiles[c] = (1 - way) * std::log(before->d[c]) + way * std::log(after->d[c]);
  const double x = std::log(d);
  if (x <= quantiles.back()) {
    const double steep = (std::log(kP[kColumns - 3]) - std::log(kP.back())) / (quantiles[kColumns - 3] - quantiles.back());
    const double log_p = std::log(kP.back()) + std::min(steep, static_cast<double>(n) / 2) * (x - quantiles.back());
    return std::max(regular::kLeast, std::exp(log_p));
  }
  double above = 0, above_p = 0;  // d = 1 has p = 1
  for (std::size_t c = 0; c < kColumns; ++c) {
    const double log_p = std::log(kP[c]);
    if (x > quantiles[c]) return std::exp(log_p + (above_p - log_p) * (x - quantiles[c]) / (above - quantiles[c]));
    above = quantiles[c];
    above_p = log_p;
  }
  return kP.back();
}

Rayleigh rayleigh(std::span<const double> times, std::span<const double> periods) {
  Rayleigh best;
  if (times.empty()) return best;
  double tried = 0;
  for (const double period : periods) {
    if (!(period > 0)) continue;
    ++tried;
    double x = 0, y = 0;
    for (const double t : times) {
      const double turns = t / period;
      const double angle = 2 * std::numbers::pi * (turns - std::floor(turns));
      x += std::cos(angle);
      y += std::sin(angle);
    }
    const double r2 = (x * x + y * y) / static_cast<double>(times.size());
    if (best.period > 0 && r2 <= best.r2) continue;
    best.r2 = r2;
    best.period = period;
  }
  if (tried > 0) best.p = std::clamp(tried * std::exp(-best.r2), regular::kLeast, 1.0);
  return best;
}

std::vector<double> candidate_periods(const Gaps& gaps) {
  std::vector<double> periods;
  if (gaps.seconds.empty()) return periods;
  std::vector<double> sorted = gaps.seconds;
  std::sort(sorted.begin(), sorted.end());
  std::size_t from = 0, first = 0, count = 0;
  for (std::size_t to = 0; to < sorted.size(); ++to) {
    while (sorted[from] * 1.05 < sorted[to]) ++from;
    if (to - from + 1 <= count) continue;
    count = to - from + 1;
    first = from;
  }
  const auto begin = sorted.begin() + static_cast<std::ptrdiff_t>(first);
  const double mode = std::accumulate(begin, begin + static_cast<std::ptrdiff_t>(count), 0.0) / static_cast<double>(count);
  for (const double base : {gaps.median, mode}) {
    for (const double times : {1.0, 0.5, 2.0}) {
      const double period = base * times;
      if (std::none_of(periods.begin(), periods.end(), [period](double p) { return std::abs(p - period) <= 1e-9 * p; })) periods.push_back(period);
    }
  }
  return periods;
}

}  // namespace custos::behavior
