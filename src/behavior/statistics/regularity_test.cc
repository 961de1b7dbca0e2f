#include "behavior/statistics/regularity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "behavior/statistics/random_test.h"

namespace custos::behavior {
namespace regularity_tests {
namespace {

using testing::Draws;

std::vector<double> poisson_gaps(Draws& draws, std::size_t n, double mean = 100) {
  std::vector<double> gaps(n);
  for (double& g : gaps) g = mean * draws.exponential();
  return gaps;
}

// Sleeps as Cobalt Strike does: the period less a random part of the jitter.
std::vector<double> beacon_gaps(Draws& draws, std::size_t n, double period, double jitter) {
  std::vector<double> gaps(n);
  for (double& g : gaps) g = period * (1 - jitter * draws.uniform());
  return gaps;
}

std::vector<Micros> times_of(const std::vector<double>& gaps) {
  std::vector<Micros> times{1'700'000'000 * kSecond};
  for (const double g : gaps) times.push_back(times.back() + static_cast<Micros>(g * 1e6));
  return times;
}

// The design page's own simulation.
TEST(Regularity, TableOfTheDesign) {
  struct Row {
    std::size_t n;
    double d[5];  // p = 1e-2 to 1e-6
  };
  const Row rows[] = {{8, {.167, .089, .049, .027, .014}},  {12, {.243, .155, .101, .067, .044}}, {16, {.296, .208, .149, .109, .076}},
                      {24, {.364, .281, .222, .174, .141}}, {32, {.407, .330, .272, .227, .193}}, {64, {.492, .431, .383, .343, .310}}};
  for (const Row& row : rows) {
    for (int i = 0; i < 5; ++i) {
      // Between the digits printed and what few draws leave of the last columns.
      EXPECT_NEAR(std::log10(regular_p(row.d[i], row.n)), -2 - i, i < 3 ? 0.04 : 0.22) << row.n << ' ' << row.d[i];
    }
  }
}

// Sizes between those of the table and beyond it, too.
TEST(Regularity, KeepsItsPromiseOnPoisson) {
  constexpr int kTimes = 60'000;
  for (const std::size_t n : {8u, 9u, 10u, 14u, 20u, 28u, 40u, 55u, 81u, 111u, 180u, 256u, 300u}) {
    Draws draws{n * 7919};
    const double alphas[] = {0.5, 0.1, 1e-2, 1e-3};
    double at_most[4] = {};
    const int times = kTimes / (n > 60 ? 4 : 1);
    for (int i = 0; i < times; ++i) {
      const double p = regular_p(mad_over_median(poisson_gaps(draws, n)), n);
      for (int a = 0; a < 4; ++a) at_most[a] += p <= alphas[a];
    }
    for (int a = 0; a < 4; ++a) {
      const double expected = times * alphas[a], slack = 0.08;  // of the lines between the sizes in the table
      EXPECT_LE(at_most[a], expected * (1 + slack) + 3.5 * std::sqrt(expected)) << n << ' ' << alphas[a];
      if (std::getenv("CUSTOS_FIGURES") != nullptr) std::printf("n %d alpha %g: %.2f\n", static_cast<int>(n), alphas[a], at_most[a] / expected);
      if (n > 256) continue;
      EXPECT_GE(at_most[a], expected * (1 - slack) - 3.5 * std::sqrt(expected)) << n << ' ' << alphas[a];
    }
  }
}

// The same from time stamps on, with records merged and pauses left out.
TEST(Regularity, KeepsItsPromiseOnCleanedTimes) {
  Draws draws{31};
  double at_most[2] = {};
  constexpr int kTimes = 20'000;
  for (int i = 0; i < kTimes; ++i) {
    const Gaps gaps = clean(times_of(poisson_gaps(draws, 40, 300)));
    const double p = regular_p(mad_over_median(gaps.seconds), gaps.seconds.size());
    at_most[0] += p <= 1e-2;
    at_most[1] += p <= 1e-3;
  }
  EXPECT_LE(at_most[0], kTimes * 1e-2 * 1.15 + 3 * std::sqrt(kTimes * 1e-2));
  EXPECT_LE(at_most[1], kTimes * 1e-3 * 1.15 + 3 * std::sqrt(kTimes * 1e-3));
}

TEST(Regularity, PowerOfTheDesign) {
  struct Case {
    std::size_t n;
    double jitter, power;  // at 1e-4
  };
  for (const Case c : {Case{8, .2, .65}, Case{12, .2, 1}, Case{16, .5, .52}, Case{24, .5, .98}, Case{32, .8, .26}, Case{64, .8, .88}}) {
    Draws draws{4};
    constexpr int kTimes = 4'000;
    double found = 0;
    for (int i = 0; i < kTimes; ++i) found += regular_p(mad_over_median(beacon_gaps(draws, c.n, 60, c.jitter)), c.n) <= 1e-4;
    EXPECT_NEAR(found / kTimes, c.power, 0.04) << c.n << ' ' << c.jitter;
  }
}

TEST(Regularity, FallsWithTheSpreadAndWithMoreGaps) {
  for (std::size_t n = 8; n <= 512; n += n < 40 ? 1 : 13) {
    double before = 0;
    for (double d = 0; d <= 1; d += 0.0005) {
      const double p = regular_p(d, n);
      ASSERT_GE(p, before) << n << ' ' << d;
      ASSERT_GT(p, 0);
      ASSERT_LE(p, 1);
      if (d > 0 && d < 0.5) {
        ASSERT_LE(regular_p(d, n + 1), p) << n << ' ' << d;
      }
      before = p;
    }
  }
  EXPECT_LT(regular_p(0.013, 47), 1e-20);
  EXPECT_EQ(regular_p(0, 47), 1e-300);
  EXPECT_EQ(regular_p(0, 7), 1);
  EXPECT_EQ(regular_p(std::nan(""), 20), 1);
  EXPECT_EQ(regular_p(1, 20), 1);
}

TEST(Regularity, MadOverMedian) {
  EXPECT_DOUBLE_EQ(mad_over_median(std::vector{60.0, 60.0, 60.0}), 0);
  EXPECT_DOUBLE_EQ(mad_over_median(std::vector{1.0, 2.0, 4.0}), 0.5);
  EXPECT_DOUBLE_EQ(mad_over_median(std::vector{4.0, 1.0, 2.0, 10.0}), 1.5 / 3);  // median 3; 1, 1, 2, 7
  EXPECT_DOUBLE_EQ(mad_over_median(std::vector{3.0, 3.0, 3.0}, 1), 1 / 3.0);
  EXPECT_DOUBLE_EQ(mad_over_median({}), 1);
  EXPECT_DOUBLE_EQ(mad_over_median(std::vector{0.0, 0.0}), 1);
}

TEST(Regularity, CleansGaps) {
  const auto at = [](double seconds) { return static_cast<Micros>(seconds * 1e6); };
  const std::vector<Micros> times{at(5), at(5.2), at(65), at(65.9), at(66.8), at(125), at(124.5), at(185), at(9'000), at(9'060)};
  const Gaps gaps = clean(times);
  EXPECT_EQ(gaps.merged, 4u);  // one of them before its predecessor
  EXPECT_EQ(gaps.slept, 1u);
  EXPECT_EQ(gaps.seconds, (std::vector<double>{60, 60, 60, 60}));
  EXPECT_EQ(gaps.starts, (std::vector<double>{0, 60, 120, 180, 8'995, 9'055}));
  EXPECT_EQ(gaps.median, 60);
  EXPECT_TRUE(clean({}).starts.empty());
  const Gaps edge = clean(times_of({60, 60, 470, 60, 490, 60, 60}));  // eight times the median is 480
  EXPECT_EQ(edge.seconds, (std::vector<double>{60, 60, 470, 60, 60, 60}));
  EXPECT_EQ(edge.slept, 1u);
  EXPECT_TRUE(clean(std::vector<Micros>{7}).seconds.empty());
}

TEST(Rayleigh, KeepsItsPromiseOnPoissonWithItsOwnPeriods) {
  for (const std::size_t n : {12u, 30u, 64u, 200u}) {
    Draws draws{n};
    double at_most[3] = {};
    const double alphas[] = {0.1, 1e-2, 1e-3};
    constexpr int kTimes = 10'000;
    for (int i = 0; i < kTimes; ++i) {
      const Gaps gaps = clean(times_of(poisson_gaps(draws, n)));
      const double p = rayleigh(gaps.starts, candidate_periods(gaps)).p;
      for (int a = 0; a < 3; ++a) at_most[a] += p <= alphas[a];
    }
    for (int a = 0; a < 3; ++a) {
      EXPECT_LE(at_most[a], kTimes * alphas[a] + 3 * std::sqrt(kTimes * alphas[a])) << n << ' ' << alphas[a];
      if (std::getenv("CUSTOS_FIGURES") == nullptr) continue;
      std::printf("Rayleigh n %d alpha %g: %.2f\n", static_cast<int>(n), alphas[a], at_most[a] / kTimes / alphas[a]);
    }
  }
}

// A timer that is kept to (60 s, 5 % late at most), a third of the beats missed, and as much traffic again by a person.
TEST(Rayleigh, FindsATimerUnderOtherTraffic) {
  Draws draws{3};
  int by_rayleigh = 0, by_gaps = 0;
  for (int round = 0; round < 100; ++round) {
    std::vector<Micros> times;
    for (int beat = 0; beat < 120; ++beat) {
      if (draws.uniform() < 1 / 3.0) continue;
      times.push_back(static_cast<Micros>((beat + 0.05 * draws.uniform()) * 60e6));
    }
    for (int i = 0; i < 80; ++i) times.push_back(static_cast<Micros>(draws.uniform() * 7'200e6));
    std::sort(times.begin(), times.end());
    const Gaps gaps = clean(times);
    const Rayleigh r = rayleigh(gaps.starts, std::vector{60.0, 30.0, 120.0});
    EXPECT_GT(r.period, 0);
    by_rayleigh += r.p < 1e-6;
    by_gaps += regular_p(mad_over_median(gaps.seconds), gaps.seconds.size()) < 1e-6;
  }
  EXPECT_GE(by_rayleigh, 99);
  EXPECT_LT(by_gaps, 20);
}

TEST(Rayleigh, KnownSums) {
  const Rayleigh clock = rayleigh(std::vector{0.0, 10.0, 20.0, 40.0, 70.0}, std::vector{7.0, 10.0});
  EXPECT_NEAR(clock.r2, 5, 1e-9);
  EXPECT_EQ(clock.period, 10);
  EXPECT_NEAR(clock.p, 2 * std::exp(-5.0), 1e-9);
  const Rayleigh even = rayleigh(std::vector{0.0, 2.5, 5.0, 7.5}, std::vector{10.0, 0.0, -3.0});
  EXPECT_NEAR(even.r2, 0, 1e-9);
  EXPECT_EQ(even.p, 1);
  EXPECT_EQ(rayleigh({}, std::vector{1.0}).p, 1);
  EXPECT_EQ(rayleigh(std::vector{1.0}, {}).p, 1);
  std::vector<double> long_clock(2'000);
  for (std::size_t i = 0; i < long_clock.size(); ++i) long_clock[i] = 60.0 * static_cast<double>(i);
  EXPECT_EQ(rayleigh(long_clock, std::vector{60.0}).p, 1e-300);
}

TEST(Regularity, CandidatePeriods) {
  Gaps gaps;
  EXPECT_TRUE(candidate_periods(gaps).empty());
  gaps.seconds = {60, 61, 62, 5, 300, 8, 700};
  gaps.median = 61;
  const std::vector<double> p = candidate_periods(gaps);
  EXPECT_EQ(p, (std::vector<double>{61, 30.5, 122}));  // the mode, 61 too
  gaps.seconds = {60, 60.5, 61, 400, 600, 800, 1'000};
  gaps.median = 400;
  EXPECT_EQ(candidate_periods(gaps), (std::vector<double>{400, 200, 800, 60.5, 30.25, 121}));
}

}  // namespace
}  // namespace regularity_tests
}  // namespace custos::behavior
