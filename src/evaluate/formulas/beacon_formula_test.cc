#include "evaluate/formulas/beacon_formula.h"

#include <gtest/gtest.h>

// Every expected value is worked out by hand from the published definition.
namespace custos::evaluate {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

std::vector<std::int64_t> every(std::int64_t step, std::int64_t from = 0, std::int64_t until = kDaySeconds) {
  std::vector<std::int64_t> out;
  for (std::int64_t t = from; t < until; t += step) out.push_back(t);
  return out;
}

TEST(BeaconFormula, AClockIsOne) {
  const auto times = every(60);
  const auto parts = beacon_formula(times, std::vector<double>(times.size(), 312), 0, kDaySeconds);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->times, 1);
  EXPECT_EQ(parts->sizes, 1);
  EXPECT_EQ(parts->duration, 1);
  EXPECT_EQ(parts->histogram, 1);
  EXPECT_EQ(parts->score(), 1);
}

TEST(BeaconFormula, SkewAndSpreadOfGapsAndSizes) {
  // Gaps 10 20 30 40: quartiles 15 25 35, no skew; MAD 10 of median 25: (1 + 0.6) / 2.
  // Sizes: the median is the lower quartile, so no skew; MAD 0.
  const std::vector<std::int64_t> times{0, 10, 30, 60, 100};
  const std::vector<double> sizes{400, 100, 100, 1000, 100};
  const auto parts = beacon_formula(times, sizes, 0, kDaySeconds);
  ASSERT_TRUE(parts);
  EXPECT_DOUBLE_EQ(parts->times, 0.8);
  EXPECT_DOUBLE_EQ(parts->sizes, 1);
  EXPECT_DOUBLE_EQ(parts->duration, 0);
  EXPECT_DOUBLE_EQ(parts->histogram, 0);
  EXPECT_DOUBLE_EQ(parts->score(), 0.45);
}

TEST(BeaconFormula, SkewedGaps) {
  // Gaps 10 12 20 60 100: quartiles 11, 20, 80: skew (91 - 40) / 69; MAD: 0 8 10 40 80 -> 10 of 20.
  const std::vector<std::int64_t> times{0, 10, 22, 42, 102, 202};
  const auto parts = beacon_formula(times, std::vector<double>(6, 0), 0, kDaySeconds);
  ASSERT_TRUE(parts);
  EXPECT_NEAR(parts->times, (1 - 51.0 / 69 + 0.5) / 2, 0.0006);
  EXPECT_DOUBLE_EQ(parts->sizes, 0.5);  // no bytes at all: symmetric, but no steadiness
}

TEST(BeaconFormula, EqualTimesAreNoGaps) {
  EXPECT_FALSE(beacon_formula(std::vector<std::int64_t>{5, 5, 5, 5, 5}, std::vector<double>(5, 1), 0, kDaySeconds));
  EXPECT_FALSE(beacon_formula(std::vector<std::int64_t>{0, 60, 120}, std::vector<double>(3, 1), 0, kDaySeconds));
  EXPECT_TRUE(beacon_formula(std::vector<std::int64_t>{0, 60, 120, 180}, std::vector<double>(4, 1), 0, kDaySeconds));
  EXPECT_FALSE(beacon_formula(std::vector<std::int64_t>{0, 60, 120, 180}, std::vector<double>(4, 1), 7, 7));
  EXPECT_FALSE(beacon_formula({}, {}, 0, kDaySeconds));
}

TEST(BeaconFormula, DurationNeedsSixBarsAndCountsTheLongestRun) {
  const auto five = every(3600, 0, 5 * 3600), seven = every(3600, 0, 7 * 3600);
  EXPECT_EQ(beacon_formula(five, std::vector<double>(5, 1), 0, kDaySeconds)->duration, 0);
  EXPECT_DOUBLE_EQ(beacon_formula(seven, std::vector<double>(7, 1), 0, kDaySeconds)->duration, 0.584);  // 7 of 12, rounded up
}

TEST(BeaconFormula, TwoFlatHeights) {
  // Eleven hours: eight of them with 20 contacts, three with 10. (8 + 3) / (11 - 1), at most 1.
  std::vector<std::int64_t> times;
  for (std::int64_t hour = 0; hour < 11; ++hour) {
    const std::int64_t n = hour < 8 ? 20 : 10;
    for (std::int64_t i = 0; i < n; ++i) times.push_back(hour * 3600 + i * 3600 / n);
  }
  EXPECT_EQ(beacon_formula(times, std::vector<double>(times.size(), 1), 0, kDaySeconds)->histogram, 1);
}

}  // namespace
}  // namespace custos::evaluate
