#include "evaluate/calibration.h"

#include <gtest/gtest.h>

#include "evaluate/made_up_test.h"
#include "evaluate/random.h"

namespace custos::evaluate {
namespace {

// Worked out with exact binomial coefficients outside this program.
TEST(Calibration, BinomialLimits) {
  using Limits = std::pair<std::uint64_t, std::uint64_t>;
  EXPECT_EQ(binomial_limits(10, 0.1), (Limits{0, 3}));
  EXPECT_EQ(binomial_limits(50, 0.1), (Limits{1, 9}));
  EXPECT_EQ(binomial_limits(500, 1e-3), (Limits{0, 2}));
  EXPECT_EQ(binomial_limits(1000, 0.01), (Limits{4, 17}));
  EXPECT_EQ(binomial_limits(0, 0.1), (Limits{0, 0}));
}

TEST(Calibration, EvenStepsAreOneStepFromTheUniform) {
  std::vector<double> p;
  for (int i = 1; i <= 10; ++i) p.push_back(i / 10.0);
  const Calibration c = calibrate(p);
  EXPECT_NEAR(c.ks, 0.1, 1e-12);
  EXPECT_NEAR(c.ks_above, 0, 1e-12);
  EXPECT_EQ(c.promises[0].observed, 1u);
  EXPECT_EQ(c.promises[1].observed, 0u);
}

TEST(Calibration, EqualValuesAreOneStep) {
  const Calibration c = calibrate(std::vector<double>(8, 0.5));
  EXPECT_DOUBLE_EQ(c.ks, 0.5);
  EXPECT_DOUBLE_EQ(c.ks_above, 0.5);
}

TEST(Calibration, AlwaysOneIsCarefulNotBroken) {
  const Calibration c = calibrate(std::vector<double>(1000, 1.0));
  EXPECT_DOUBLE_EQ(c.ks, 1);
  EXPECT_DOUBLE_EQ(c.ks_above, 0);
  for (const Promise& p : c.promises) EXPECT_LE(p.observed, p.high);
}

TEST(Calibration, SeesBrokenPromises) {
  Random random(3);
  std::vector<double> kept, broken;
  for (int i = 0; i < 20'000; ++i) {
    const double u = random.uniform();
    kept.push_back(u);
    broken.push_back(u * u);  // P(p <= a) = sqrt(a)
  }
  const Calibration good = calibrate(kept), bad = calibrate(broken);
  for (const Promise& p : good.promises) {
    EXPECT_LE(p.observed, p.high);
    EXPECT_GE(p.observed, p.low);
  }
  for (const Promise& p : bad.promises) EXPECT_GT(p.observed, p.high);
  EXPECT_LT(good.ks, 0.015);
  EXPECT_NEAR(bad.ks_above, 0.25, 0.01);  // the largest distance of sqrt(a) and a
}

TEST(Calibration, QuantilesAreInOrderAndBegin) {
  const Calibration c = calibrate({0.4, 0.2, 0.9});
  ASSERT_EQ(c.quantiles.size(), 3u);
  EXPECT_DOUBLE_EQ(c.quantiles[0].first, 0.5 / 3);
  EXPECT_DOUBLE_EQ(c.quantiles[0].second, 0.2);
  EXPECT_DOUBLE_EQ(c.quantiles[2].second, 0.9);
}

TEST(Calibration, NothingIsNothing) { EXPECT_EQ(calibrate({}).count, 0u); }

TEST(Calibration, TakesBenignAlarmsOfTheTestOnly) {
  testing::MadeUp m;
  m.add(5, "a", "x");
  m.add(2 * kDay, "a", "x");
  m.add(2 * kDay + 1, "b", "x", 0);
  m.add(2 * kDay + 2, "c", "x", -2);
  const Scene& s = m.finish();
  std::vector<Alarm> alarms(5);
  for (std::uint32_t i = 0; i < 4; ++i) {
    alarms[i].time = s.recording.observations()[i].time;
    alarms[i].p = 0.1 * (i + 1);
    alarms[i].raised = false;
    alarms[i].events = {i};
  }
  alarms[4].time = 2 * kDay;  // gives no p
  EXPECT_EQ(benign_p_values(s, alarms), (std::vector<double>{0.2}));
}

TEST(Random, IsTheSameEverywhere) {
  Random r(0);
  EXPECT_EQ(r.next(), 0xE220A8397B1DCDAFull);  // the published first outputs of SplitMix64 from seed 0
  EXPECT_EQ(r.next(), 0x6E789E6AA1B965F4ull);
  EXPECT_EQ(Random(5).below(0), 0u);
  Random b(9);
  std::vector<int> seen(7, 0);
  for (int i = 0; i < 7'000; ++i) ++seen[b.below(7)];
  for (const int n : seen) EXPECT_NEAR(n, 1000, 150);
}

}  // namespace
}  // namespace custos::evaluate
