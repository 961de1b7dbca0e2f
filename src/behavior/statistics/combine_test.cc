#include "behavior/statistics/combine.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "behavior/statistics/random_test.h"

namespace custos::behavior {
namespace combine_tests {
namespace {

using testing::Draws;
constexpr std::size_t kDetectors = 10;
using Ps = std::array<double, kDetectors>;

// One-sided p of normal scores of which any two have correlation rho.
Ps correlated(Draws& draws, double rho) {
  Ps p{};
  const double common = rho > 0 ? std::sqrt(rho) * draws.normal() : 0;
  for (double& one : p) one = 0.5 * std::erfc((common + std::sqrt(1 - rho) * draws.normal()) / std::sqrt(2.0));
  return p;
}

struct Shares {
  double cauchy = 0, fisher = 0, bonferroni = 0;  // observed P(p <= 1e-3) / 1e-3
};

Shares observe(double rho, int times) {
  Draws draws{static_cast<std::uint64_t>(rho * 100) + 1};
  Shares s;
  for (int i = 0; i < times; ++i) {
    const Ps p = correlated(draws, rho);
    s.cauchy += cauchy(p) <= 1e-3;
    s.fisher += fisher(p) <= 1e-3;
    s.bonferroni += bonferroni(p) <= 1e-3;
  }
  for (double* x : {&s.cauchy, &s.fisher, &s.bonferroni}) *x /= 1e-3 * times;
  if (std::getenv("CUSTOS_FIGURES") != nullptr) std::printf("rho %.1f: Cauchy %.2f Fisher %.2f Bonferroni %.2f\n", rho, s.cauchy, s.fisher, s.bonferroni);
  return s;
}

// 500,000 draws give 500 at 1e-3, with a standard error of 4.5 %.
TEST(Combine, CauchyKeepsItsPromiseUnderDependenceAndFisherDoesNot) {
  const Shares none = observe(0, 300'000), some = observe(0.3, 500'000), much = observe(0.6, 300'000);
  EXPECT_NEAR(none.cauchy, 1, 0.18);
  EXPECT_NEAR(none.fisher, 1, 0.18);
  EXPECT_NEAR(some.cauchy, 1.1, 0.15);
  EXPECT_NEAR(much.cauchy, 1.1, 0.2);
  EXPECT_GT(some.fisher, 15);
  EXPECT_GT(much.fisher, 30);
  for (const Shares& s : {none, some, much}) EXPECT_LT(s.bonferroni, 1.18);
}

TEST(Combine, CauchyOfOneIsItself) {
  for (const double p : {1e-12, 1e-9, 1e-4, 0.01, 0.3, 0.5, 0.9, 0.99}) EXPECT_NEAR(cauchy(std::array{p}) / p, 1, 1e-9) << p;
  EXPECT_NEAR(cauchy(std::array{0.02, 0.02, 0.02}), 0.02, 1e-12);
}

TEST(Combine, CauchyIsTheFormula) {
  const std::array p{0.003, 0.2, 0.7}, w{1.0, 2.0, 0.5};
  double sum = 0;
  for (std::size_t i = 0; i < 3; ++i) sum += w[i] * std::tan(M_PI * (0.5 - p[i]));
  EXPECT_NEAR(cauchy(p, w), 0.5 - std::atan(sum / 3.5) / M_PI, 1e-12);
  const std::array twice{2.0, 4.0, 1.0};
  EXPECT_DOUBLE_EQ(cauchy(p, twice), cauchy(p, w));
}

TEST(Combine, ADetectorThatSawNothingDoesNotCancelAnother) {
  EXPECT_LT(cauchy(std::array{1e-7, 1.0}), 3e-7);
  EXPECT_DOUBLE_EQ(cauchy(std::array{1e-7, 1.0}, std::array{1.0, 0.0}), cauchy(std::array{1e-7}));
  EXPECT_GT(cauchy(std::array{1.0, 1.0}), 0.99);
  EXPECT_DOUBLE_EQ(cauchy({}), 1);
  EXPECT_DOUBLE_EQ(cauchy(std::array{0.1}, std::array{0.0}), 1);
  EXPECT_NEAR(cauchy(std::array{0.0}), kLeastP, 1e-20);
  EXPECT_NEAR(cauchy(std::array{std::nan("")}), kGreatestP, 1e-9);
}

TEST(Combine, FisherAndBonferroni) {
  EXPECT_NEAR(fisher(std::array{0.3}), 0.3, 1e-12);
  EXPECT_NEAR(fisher(std::array{0.05, 0.05}), 0.0025 * (1 - std::log(0.0025)), 1e-12);  // the product of two uniforms
  EXPECT_DOUBLE_EQ(fisher({}), 1);
  EXPECT_DOUBLE_EQ(fisher(std::array{1.0, 1.0}), 1);
  const double tiny = fisher(std::vector<double>(40, 1e-12));
  EXPECT_GT(tiny, 0);
  EXPECT_LT(tiny, 1e-300);
  EXPECT_DOUBLE_EQ(bonferroni(std::array{0.01, 0.5, 0.9}), 0.03);
  EXPECT_DOUBLE_EQ(bonferroni(std::array{0.6, 0.5}), 1);
  EXPECT_DOUBLE_EQ(bonferroni({}), 1);
}

TEST(ShiryaevRoberts, IsTheRecursion) {
  ShiryaevRoberts r;
  EXPECT_DOUBLE_EQ(r.add(0.01), 5);
  EXPECT_DOUBLE_EQ(r.add(1), 0.5 * (1 + 0.97 * 5));
  EXPECT_DOUBLE_EQ(r.add(1e-4), 50 * (1 + 0.97 * 2.925));
  EXPECT_NEAR(r.log10_value(), std::log10(r.value()), 1e-12);
  EXPECT_DOUBLE_EQ(ShiryaevRoberts(r.value()).add(0.5), ShiryaevRoberts(r).add(0.5));
  r.reset();
  EXPECT_EQ(r.value(), 0);
  EXPECT_EQ(ShiryaevRoberts(std::nan("")).value(), 0);
}

// The examples of the design: c = 2,000 is one day at 6e-8, two near 1e-4, five in a row at 1e-2, nine at 0.05.
TEST(ShiryaevRoberts, ReachesTwoThousandAsTheDesignSays) {
  const auto days = [](double p) {
    ShiryaevRoberts r;
    int n = 1;
    while (r.add(p) < 2'000) ++n;
    return n;
  };
  EXPECT_EQ(days(6e-8), 1);
  EXPECT_EQ(days(1e-4), 2);
  EXPECT_EQ(days(1e-2), 5);
  EXPECT_EQ(days(0.05), 9);
}

TEST(ShiryaevRoberts, QuietDaysInOneStep) {
  for (const int days : {0, 1, 2, 7, 400}) {
    ShiryaevRoberts a(900), b(900);
    for (int i = 0; i < days; ++i) a.add(1);
    b.add_quiet(days);
    EXPECT_NEAR(a.value(), b.value(), 1e-9) << days;
  }
}

TEST(ShiryaevRoberts, NeverOverflows) {
  ShiryaevRoberts r;
  for (int i = 0; i < 10'000; ++i) r.add(0);
  EXPECT_EQ(r.value(), ShiryaevRoberts::kGreatest);
  r.add_quiet(3'000);
  EXPECT_LT(r.value(), 1);
}

// 2,000 entities for a year in which nothing is the matter, at the threshold of 10,000 entities and 5 alarms a day. After an alarm, R starts anew.
// power: p ^ power is handed in. rho: of ten detectors; below 0 a uniform p instead.
double alarms_a_day(double power, double rho) {
  Draws draws{77};
  const double c = alarm_threshold(10'000, 5);
  EXPECT_DOUBLE_EQ(c, 2'000);
  int alarms = 0;
  constexpr int kEntities = 2'000, kDays = 365;
  for (int e = 0; e < kEntities; ++e) {
    ShiryaevRoberts r;
    for (int day = 0; day < kDays; ++day) {
      const double p = rho < 0 ? draws.uniform() : cauchy(correlated(draws, rho));
      if (r.add(std::pow(p, power)) < c) continue;
      ++alarms;
      r.reset();
    }
  }
  return alarms * 10'000.0 / kEntities / kDays;
}

TEST(ShiryaevRoberts, KeepsTheBudget) {
  const double uniform = alarms_a_day(1, -1), dependent = alarms_a_day(1, 0.3);
  if (std::getenv("CUSTOS_FIGURES") != nullptr) std::printf("alarms a day of 5: %.2f, from dependent detectors %.2f\n", uniform, dependent);
  EXPECT_LT(uniform, 5);
  EXPECT_GT(uniform, 0.5);  // 365 days are short of the average run length: some of the bound is not used
  EXPECT_LT(dependent, 5);
  EXPECT_GT(alarms_a_day(1.5, -1), 5);  // p that break their promise (P(p <= a) = a^(2/3)) break the budget
}

TEST(ShiryaevRoberts, Threshold) {
  EXPECT_DOUBLE_EQ(alarm_threshold(500, 5), 100);
  EXPECT_DOUBLE_EQ(alarm_threshold(3, 5), 1);
  EXPECT_DOUBLE_EQ(alarm_threshold(3, 0), ShiryaevRoberts::kGreatest);
}

}  // namespace
}  // namespace combine_tests
}  // namespace custos::behavior
