#include "behavior/sketch/quantiles.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "behavior/sketch/damage_test.h"

namespace custos::behavior {
namespace quantiles_test {
namespace {

using namespace testing;

constexpr double kRounding = 1e-9;

double exact_quantile(const std::vector<double>& sorted, double q) {
  return sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1))];
}

double exact_share(const std::vector<double>& sorted, double x) {
  const auto at_least = sorted.end() - std::lower_bound(sorted.begin(), sorted.end(), x);
  return static_cast<double>(at_least) / static_cast<double>(sorted.size());
}

void expect_within(const std::vector<double>& values, double alpha) {
  DdSketch sketch(alpha, 65536);
  for (const double x : values) sketch.add(x);
  std::vector<double> sorted(values);
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(sketch.count(), sorted.size());
  for (const double q : {0.0, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1.0}) {
    const double exact = exact_quantile(sorted, q);
    EXPECT_NEAR(sketch.quantile(q), exact, alpha * exact * (1 + kRounding)) << alpha << ' ' << q;
  }
  const double g = (1 + alpha) / (1 - alpha);
  for (std::size_t i = 0; i < sorted.size(); i += 97) {
    const double x = sorted[i], share = sketch.share_at_least(x);
    EXPECT_GE(share, exact_share(sorted, x)) << x;
    EXPECT_LE(share, exact_share(sorted, x / g * (1 - kRounding))) << x;
  }
}

TEST(DdSketch, EveryQuantileIsWithinItsShare) {
  Draw draw(1);
  const std::vector<std::function<double()>> shapes{
      [&] { return draw.uniform() + 1e-6; },
      [&] { return std::pow(1 - draw.uniform(), -1.2); },                       // a heavy tail
      [&] { return std::exp(20 * (draw.uniform() + draw.uniform() - 1)); },     // many sizes
      [&] { return static_cast<double>(1 + draw.below(5)); },                   // few different ones
      [&] { return draw.below(10) ? 0.0 : static_cast<double>(draw.below(1'000'000)); }};
  for (const auto& shape : shapes) {
    std::vector<double> values(10'000);
    for (double& x : values) x = shape();
    for (const double alpha : {0.005, 0.02, 0.1}) expect_within(values, alpha);
  }
}

TEST(DdSketch, AWeightIsAsManyNumbers) {
  DdSketch once, often;
  Draw draw(2);
  for (int i = 0; i < 500; ++i) {
    const double x = i % 7 ? draw.uniform() * 1e4 : 0;
    const std::uint64_t weight = draw.below(9);
    once.add(x, weight);
    for (std::uint64_t n = 0; n < weight; ++n) often.add(x);
  }
  EXPECT_EQ(saved(once), saved(often));
  EXPECT_EQ(once.count(), often.count());
}

TEST(DdSketch, WhatIsNotPositiveCountsAsZero) {
  DdSketch sketch;
  EXPECT_TRUE(sketch.empty());
  EXPECT_EQ(sketch.quantile(0.5), 0);
  EXPECT_EQ(sketch.share_at_least(0), 0);
  for (const double x : {0.0, -1.0, std::nan(""), -std::numeric_limits<double>::infinity()}) sketch.add(x);
  EXPECT_EQ(sketch.count(), 4u);
  EXPECT_EQ(sketch.quantile(1), 0);
  EXPECT_EQ(sketch.share_at_least(0), 1);
  EXPECT_EQ(sketch.share_at_least(1e-300), 0);
  sketch.add(std::numeric_limits<double>::infinity());
  sketch.add(std::numeric_limits<double>::denorm_min());
  EXPECT_TRUE(std::isfinite(sketch.quantile(1)));
  EXPECT_GT(sketch.quantile(1), 1e308);
  EXPECT_EQ(sketch.share_at_least(std::numeric_limits<double>::max()), 1.0 / 6);
  EXPECT_EQ(sketch.share_at_least(1e-310), 2.0 / 6);
}

TEST(DdSketch, BeyondTheBoundTheLowestRunTogether) {
  constexpr std::uint32_t kMost = 64;
  DdSketch sketch(0.02, kMost);
  std::vector<double> values;
  Draw draw(3);
  for (int i = 0; i < 20'000; ++i) values.push_back(std::exp(12 * draw.uniform()));
  for (const double x : values) {
    sketch.add(x);
    ASSERT_LE(sketch.buckets(), kMost);
  }
  EXPECT_EQ(sketch.buckets(), kMost);
  EXPECT_LE(sketch.bytes(), sizeof(DdSketch) + kMost * 8);
  EXPECT_EQ(sketch.count(), values.size());
  std::sort(values.begin(), values.end());
  // The 64 highest cover a factor of g^64 = e^2.56 of e^12: the upper fifth.
  for (const double q : {0.82, 0.9, 0.99, 1.0}) EXPECT_NEAR(sketch.quantile(q), exact_quantile(values, q), 0.02 * exact_quantile(values, q) * (1 + kRounding));
  EXPECT_GT(sketch.quantile(0.1), 2 * exact_quantile(values, 0.1));
}

TEST(DdSketch, MergingInAnyOrderIsOnePassEvenWhereBucketsRunTogether) {
  for (const std::uint32_t most : {2u, 5u, 40u, 512u}) {
    Draw draw(most);
    DdSketch whole(0.02, most), backwards(0.02, most);
    std::vector<DdSketch> parts(5, DdSketch(0.02, most));
    std::vector<double> values;
    for (int i = 0; i < 2'000; ++i) {
      // Parts of different sizes of numbers, so that their lowest buckets differ.
      const std::uint64_t part = draw.below(5);
      const double x = draw.below(20) ? std::exp(4 * draw.uniform() + static_cast<double>(part)) : 0;
      values.push_back(x);
      whole.add(x);
      parts[part].add(x);
    }
    std::reverse(values.begin(), values.end());
    for (const double x : values) backwards.add(x);
    ASSERT_EQ(saved(backwards), saved(whole)) << most;
    std::vector<int> order{0, 1, 2, 3, 4};
    do {
      DdSketch sum(0.02, most);
      for (const int i : order) ASSERT_TRUE(sum.merge(parts[static_cast<std::size_t>(i)]));
      ASSERT_EQ(saved(sum), saved(whole)) << most;
      ASSERT_EQ(sum.count(), whole.count());
    } while (std::next_permutation(order.begin(), order.end()));
    EXPECT_NE(saved(parts[0]), saved(whole));
  }
  DdSketch sketch;
  EXPECT_FALSE(sketch.merge(DdSketch(0.03)));
  EXPECT_FALSE(sketch.merge(DdSketch(0.02, 100)));
  sketch.add(5, 3);
  const DdSketch& itself = sketch;
  ASSERT_TRUE(sketch.merge(itself));
  EXPECT_EQ(sketch.count(), 6u);
}

TEST(DdSketch, WeightsStop) {
  DdSketch sketch(0.02, 2);
  sketch.add(1, ~std::uint64_t{0});
  sketch.add(1, 1);
  EXPECT_EQ(sketch.count(), DdSketch::kMostWeight);
  sketch.add(0, ~std::uint64_t{0});
  EXPECT_EQ(sketch.count(), 2 * DdSketch::kMostWeight);
  sketch.add(10, 5);
  sketch.add(100, 5);  // 1 runs into 10
  EXPECT_EQ(sketch.count(), 2 * DdSketch::kMostWeight + 5);
}

TEST(DdSketch, SavingAndDamage) {
  DdSketch sketch(0.05, 32);
  Draw draw(4);
  for (int i = 0; i < 1'000; ++i) sketch.add(i % 9 ? std::exp(6 * draw.uniform() - 3) : 0);
  check_saving(sketch, [] { return DdSketch(); }, Form::Sealed, [](DdSketch& s) {
    EXPECT_TRUE(std::isfinite(s.quantile(0.5)));
    EXPECT_TRUE(std::isfinite(s.quantile(1)));
    EXPECT_LE(s.share_at_least(1), 1);
    s.add(1e-9);
    s.add(1e300);
    return true;
  });
}

}  // namespace
}  // namespace quantiles_test
}  // namespace custos::behavior
