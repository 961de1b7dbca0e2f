#include "behavior/statistics/counts.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "behavior/statistics/random_test.h"

namespace custos::behavior {
namespace counts_tests {
namespace {

using testing::Draws;

// ln P(X >= x) by summing the masses, one after the other, in the longest numbers there are; from x upwards, so that small tails lose nothing.
long double summed(const GammaRate& rate, long double x, long double days) {
  const long double r = rate.a, q = rate.b / (rate.b + days), z = days / (rate.b + days);
  long double first = std::lgamma(r + x) - std::lgamma(r) - std::lgamma(x + 1) + r * std::log(q) + x * std::log(z);
  long double sum = 0, term = 1;
  for (long double k = x; term > sum * 1e-21L || k < x + 10; k += 1) {
    sum += term;
    term *= (r + k) / (k + 1) * z;
    if (term < 1e4000L) continue;  // x far below the mode
    term *= 1e-4000L;
    sum *= 1e-4000L;
    first += 4000 * std::log(10.0L);
  }
  return first + std::log(sum);
}

TEST(Counts, TailIsTheSumOfMasses) {
  for (const double a : {0.02, 0.5, 1.0, 3.7, 40.0, 1e4, 1e6}) {
    for (const double b : {1e-3, 0.1, 1.0, 30.0, 2e3}) {
      for (const double x : {1.0, 2.0, 5.0, 30.0, 400.0, 1e4, 2e5}) {
        if (a / b > 1e6) continue;  // a long sum
        const long double expected = summed({a, b}, x, 1);
        const double seen = log_tail({a, b}, x);
        // An error of ln P is the relative error of P; the twin itself is good for 1e-19 times the greatest of its terms.
        const double off = 1e-9 + 1e-17 * (a + x) * std::log(a + x + 2);
        ASSERT_NEAR(seen, static_cast<double>(expected), off) << a << ' ' << b << ' ' << x;
        ASSERT_LE(seen, 0);
      }
    }
  }
}

TEST(Counts, TenMillion) {
  for (const double x : {9.9e6, 1e7, 1.001e7, 1.1e7}) {
    const GammaRate rate{1e4, 1e-3};  // 1e7 expected, 1 % of it the spread
    EXPECT_NEAR(log_tail(rate, x), static_cast<double>(summed(rate, x, 1)), 1e-7) << x;
    const GammaRate sharp{1e7, 1};
    EXPECT_NEAR(log_tail(sharp, x), static_cast<double>(summed(sharp, x, 1)), 1e-6) << x;
  }
}

TEST(Counts, KnownValues) {
  // Size 1 is geometric: P(X >= x) = z^x.
  EXPECT_NEAR(log_tail({1, 1}, 10), 10 * std::log(0.5), 1e-12);
  EXPECT_NEAR(log_tail({1, 9}, 300), 300 * std::log(0.1), 1e-9);
  EXPECT_NEAR(log_tail({1, 9}, 5'000), 5'000 * std::log(0.1), 1e-7);
  EXPECT_DOUBLE_EQ(tail_p({1, 9}, 5'000), 1e-300);
  EXPECT_NEAR(tail_p({1, 9}, 299) / 1e-299, 1, 1e-9);
  EXPECT_DOUBLE_EQ(log_tail({2, 3}, 0), 0);
  EXPECT_DOUBLE_EQ(log_tail({2, 3}, -4), 0);
  EXPECT_DOUBLE_EQ(log_tail({2, 3}, std::nan("")), 0);
  // Many days of one's own leave a Poisson: mean 4 of 1e6 days.
  const GammaRate sure = GammaRate{}.after(4e6, 1e6);
  double poisson = 0;
  for (int k = 12; k < 60; ++k) poisson += std::exp(k * std::log(4.0) - 4 - std::lgamma(k + 1.0));
  EXPECT_NEAR(tail_p(sure, 12) / poisson, 1, 1e-4);
}

TEST(Counts, MassesSumToOne) {
  for (const GammaRate rate : {GammaRate{0.3, 0.05}, GammaRate{5, 0.5}, GammaRate{200, 10}}) {
    double sum = 0;
    for (int k = 0; k < 5'000; ++k) sum += std::exp(log_mass(rate, k));
    EXPECT_NEAR(sum, 1, 1e-9);
    for (const int k : {1, 3, 17, 80}) EXPECT_NEAR(tail_p(rate, k) - tail_p(rate, k + 1), std::exp(log_mass(rate, k)), 1e-12);
  }
}

TEST(Counts, TailFalls) {
  for (const GammaRate rate : {GammaRate{0.3, 0.05}, GammaRate{5, 0.5}, GammaRate{1e3, 1}}) {
    double before = 0;
    for (int k = 1; k < 20'000; ++k) {
      const double now = log_tail(rate, k);
      ASSERT_LT(now, before + 1e-13) << k;
      before = now;
    }
  }
}

// Gamma(a) for whole a, as the sum of exponentials.
TEST(Counts, AgreesWithDrawnCounts) {
  Draws draws{6};
  constexpr int kTimes = 200'000;
  const GammaRate rate{3, 0.4};
  std::vector<double> at_least(60, 0);
  for (int i = 0; i < kTimes; ++i) {
    const double lambda = (draws.exponential() + draws.exponential() + draws.exponential()) / rate.b;
    const int k = draws.poisson(lambda * 1.5);
    for (int x = 0; x <= k && x < 60; ++x) at_least[static_cast<std::size_t>(x)] += 1;
  }
  for (int x = 1; x < 60; ++x) {
    const double p = tail_p(rate, x, 1.5);
    EXPECT_NEAR(at_least[static_cast<std::size_t>(x)] / kTimes, p, 4 * std::sqrt(p * (1 - p) / kTimes) + 1e-6) << x;
  }
}

// The whole way, as detectors use it: peers give the prior, own days the posterior, and the next day's count its p.
TEST(Counts, KeepsItsPromiseOnUsersOfTheModel) {
  Draws draws{9};
  constexpr int kPeers = 300, kDays = 20;
  double at_most[2] = {}, tests = 0;
  for (int round = 0; round < 20; ++round) {
    std::vector<double> rates, lambdas, sums;
    for (int u = 0; u < kPeers; ++u) {
      lambdas.push_back((draws.exponential() + draws.exponential()) * 3);
      double sum = 0;
      for (int d = 0; d < kDays; ++d) sum += draws.poisson(lambdas.back());
      sums.push_back(sum);
      rates.push_back(sum / kDays);
    }
    const GammaRate prior = prior_of_peers(rates, kDays);
    EXPECT_NEAR(prior.mean(), 6, 1.5);
    EXPECT_NEAR(prior.a, 2, 1);
    for (std::size_t u = 0; u < kPeers; ++u) {
      const bool is_new = u % 2 == 0;
      const GammaRate mine = is_new ? prior : prior.after(sums[u], kDays);
      for (int d = 0; d < 10; ++d) {
        const double p = tail_p(mine, draws.poisson(lambdas[u]));
        at_most[0] += p <= 1e-2;
        at_most[1] += p <= 1e-3;
        ++tests;
      }
    }
  }
  // Ten days of one user share the error of its rate (their counts vary about threefold what independent ones would).
  EXPECT_LE(at_most[0], tests * 1e-2 + 3 * std::sqrt(3 * tests * 1e-2));
  EXPECT_LE(at_most[1], tests * 1e-3 + 3 * std::sqrt(3 * tests * 1e-3));
  EXPECT_GT(at_most[0], tests * 3e-3);
}

TEST(Counts, PriorLeavesOutTheNoiseOfCounting) {
  Draws draws{13};
  std::vector<double> rates;
  for (int u = 0; u < 20'000; ++u) rates.push_back(draws.poisson((draws.exponential() + draws.exponential()) * 3));
  const GammaRate prior = prior_of_peers(rates, 1);  // with the noise of one day, the shape would seem 36 / 24
  EXPECT_NEAR(prior.a, 2, 0.15);
  EXPECT_NEAR(prior.mean(), 6, 0.15);
}

TEST(Counts, PriorOfFewOrEqualPeers) {
  const GammaRate nobody = prior_of_peers({}, 30);
  EXPECT_GT(tail_p(nobody, 1'000), 0.1);
  const std::vector<double> equal(50, 7.0), idle(10, 0.0), one{7.0};
  EXPECT_NEAR(prior_of_peers(equal, 30).mean(), 7, 1e-12);
  EXPECT_NEAR(prior_of_peers(equal, 30).a, 16, 1e-9);
  EXPECT_NEAR(prior_of_peers(one, 30).a, 1, 1e-9);
  EXPECT_NEAR(prior_of_peers(idle, 30).mean(), 1 / 300.0, 1e-12);
  EXPECT_GT(tail_p(prior_of_peers(idle, 30), 1), 1e-5);
}

TEST(Counts, Silence) {
  EXPECT_DOUBLE_EQ(poisson_silence(0), 1);
  EXPECT_DOUBLE_EQ(poisson_silence(-3), 1);
  EXPECT_NEAR(poisson_silence(2.5), std::exp(-2.5), 1e-15);
  EXPECT_DOUBLE_EQ(poisson_silence(2'310), 1e-300);
}

}  // namespace
}  // namespace counts_tests
}  // namespace custos::behavior
