#include "behavior/statistics/tail.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "behavior/statistics/random_test.h"

namespace custos::behavior {
namespace tail_tests {
namespace {

using testing::Draws;

struct Benign {
  const char* name;
  std::function<double(Draws&)> draw;
  std::function<double(double)> at_least;  // P(S >= s)
};

double above_normal(double z) { return 0.5 * std::erfc(z / std::sqrt(2.0)); }

const std::vector<Benign>& kinds() {
  static const std::vector<Benign> all = {
      {"exponential", [](Draws& d) { return d.exponential(); }, [](double s) { return std::exp(-s); }},
      {"gamma 3", [](Draws& d) { return d.exponential() + d.exponential() + d.exponential(); },
       [](double s) { return std::exp(-s) * (1 + s + s * s / 2); }},
      {"half normal", [](Draws& d) { return std::abs(d.normal()); }, [](double s) { return 2 * above_normal(s); }},
      {"uniform", [](Draws& d) { return d.uniform(); }, [](double s) { return std::max(0.0, 1 - s); }},
      {"lognormal 1", [](Draws& d) { return std::exp(d.normal()); }, [](double s) { return above_normal(std::log(s)); }},
      {"lognormal 1.5", [](Draws& d) { return std::exp(1.5 * d.normal()); }, [](double s) { return above_normal(std::log(s) / 1.5); }},
      {"Pareto 3", [](Draws& d) { return std::pow(d.uniform(), -1 / 3.0); }, [](double s) { return std::min(1.0, std::pow(s, -3)); }},
      {"Pareto 1.5", [](Draws& d) { return std::pow(d.uniform(), -1 / 1.5); }, [](double s) { return std::min(1.0, std::pow(s, -1.5)); }},
      {"counts", [](Draws& d) { return std::floor(5 * d.exponential()); }, [](double s) { return std::exp(-std::ceil(s) / 5); }},
      {"counts, heavy", [](Draws& d) { return std::floor(std::pow(d.uniform(), -0.5)); }, [](double s) { return std::pow(std::max(1.0, std::ceil(s)), -2); }},
      {"mixture", [](Draws& d) { return d.exponential() * (d.uniform() < 0.01 ? 5 : 1); },
       [](double s) { return 0.99 * std::exp(-s) + 0.01 * std::exp(-s / 5); }},
  };
  return all;
}

// The least score with p <= alpha; p falls in the score.
double cut(const std::function<double(double)>& p, double alpha) {
  double low = 0, high = 1;
  while (p(high) > alpha && high < 1e12) high *= 2;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (p(middle) <= alpha ? high : low) = middle;
  }
  return high;
}

struct Share {
  double mean = 0, error = 0;  // of P(p <= alpha), over calibrations, and its standard error
};

Share share(const std::vector<double>& shares) {
  const auto n = static_cast<double>(shares.size());
  double sum = 0, squares = 0;
  for (const double s : shares) sum += s;
  for (const double s : shares) squares += (s - sum / n) * (s - sum / n);
  return {sum / n, std::sqrt(squares / (n - 1) / n)};
}

constexpr double kAlphas[] = {1e-2, 1e-3, 1e-4};

// The distributions are known, so the share of fresh scores with p <= alpha is worked out rather than drawn: it is P(S >= the least such score).
using Fit = std::function<std::function<double(double)>(const std::vector<double>&)>;  // p of a score, of the scores calibrated on
std::vector<Share> observe(const Benign& benign, std::uint64_t n, int times, const Fit& fit) {
  std::vector<double> shares[3], scores(n);
  Draws draws{n};
  for (int i = 0; i < times; ++i) {
    for (double& s : scores) s = benign.draw(draws);
    const auto p = fit(scores);
    for (std::size_t a = 0; a < 3; ++a) shares[a].push_back(benign.at_least(cut(p, kAlphas[a])));
  }
  return {share(shares[0]), share(shares[1]), share(shares[2])};
}

Tail tail_of(const std::vector<double>& scores) {
  Tail tail;
  for (const double s : scores) tail.add(s);
  return tail;
}

std::function<double(double)> ours(const std::vector<double>& scores) {
  return [tail = tail_of(scores)](double s) { return tail.p(s); };
}

// SPOT as published but for its fit: the likeliest shape and scale by probability-weighted moments (Hosking, Wallis 1987), put in for the true ones.
std::function<double(double)> plug_in(std::vector<double> scores) {
  std::sort(scores.begin(), scores.end());
  const std::size_t n = scores.size(), excesses = std::max<std::size_t>(20, n / 50);
  const double t = scores[n - excesses - 1], share = static_cast<double>(excesses) / static_cast<double>(n);
  double b0 = 0, b1 = 0;
  for (std::size_t i = 0; i < excesses; ++i) {
    const double x = (scores[n - excesses + i] - t) / static_cast<double>(excesses);
    b0 += x;
    b1 += x * (1 - (static_cast<double>(i) + 0.65) / static_cast<double>(excesses));
  }
  const double shape = std::clamp(2 - b0 / (b0 - 2 * b1), -0.5, 0.5), scale = 2 * b0 * b1 / (b0 - 2 * b1);
  return [=](double s) {
    if (s <= t) return 1.0;
    const double z = 1 + shape * (s - t) / scale;
    return z <= 0 ? 0.0 : share * std::pow(z, -1 / shape);
  };
}

// Slack, times alpha and on top of three standard errors of the simulation. Where ten scores resolve alpha: none for the calibration, and 6 % for
// n * alpha of exactly ten. Where two do: between steps of one score p is k / (n + 1), where conformal has (k + 1) / (n + 1). Beyond: how far these
// distributions are from a Pareto tail above their 90 % or 98 % quantile; the plug-in fit misses by ten and more there.
double slack(double resolved) { return resolved > 10 ? 1 : resolved >= 10 ? 1.06 : resolved >= 2 ? 1.3 : 2; }

void keeps_promise(std::uint64_t n, int times) {
  for (const Benign& benign : kinds()) {
    const std::vector<Share> observed = observe(benign, n, times, ours);
    for (std::size_t a = 0; a < 3; ++a) {
      EXPECT_LE(observed[a].mean, kAlphas[a] * slack(kAlphas[a] * static_cast<double>(n)) + 3 * observed[a].error)
          << benign.name << ", " << n << " scores, alpha " << kAlphas[a];
      if (std::getenv("CUSTOS_FIGURES") == nullptr) continue;
      std::printf("%6d %-14s %g: %.2f +- %.2f\n", static_cast<int>(n), benign.name, kAlphas[a], observed[a].mean / kAlphas[a],
                  observed[a].error / kAlphas[a]);
    }
  }
}

TEST(Tail, KeepsItsPromiseOn200Scores) { keeps_promise(200, 300); }
TEST(Tail, KeepsItsPromiseOn2000Scores) { keeps_promise(2'000, 200); }
TEST(Tail, KeepsItsPromiseOn20000Scores) { keeps_promise(20'000, 40); }

// The control: if this one kept its promise, the tests above could not fail.
TEST(Tail, ThePlugInFitBreaksIt) {
  for (const std::size_t kind : {0u, 4u, 6u}) EXPECT_GT(observe(kinds()[kind], 200, 300, plug_in)[2].mean, 6e-4) << kinds()[kind].name;
}

// The same with scores that are drawn, one calibration after the other.
TEST(Tail, KeepsItsPromiseOnDrawnScores) {
  Draws draws{11};
  double at_most[3] = {};
  constexpr int kTimes = 200, kFresh = 500;
  for (int i = 0; i < kTimes; ++i) {
    Tail tail;
    for (int j = 0; j < 1'000; ++j) tail.add(draws.exponential());
    for (int j = 0; j < kFresh; ++j) {
      const double p = tail.p(draws.exponential());
      for (int a = 0; a < 3; ++a) at_most[a] += p <= kAlphas[a];
    }
  }
  for (int a = 0; a < 3; ++a) {
    const double expected = kTimes * kFresh * kAlphas[a];
    // Fresh scores of one calibration share its luck: the share among them is Beta(n alpha, ...), which adds kFresh / n to the variance.
    EXPECT_LE(at_most[a], expected * slack(1'000 * kAlphas[a]) + 3 * std::sqrt(expected * (1 + kFresh / 1'000.0))) << kAlphas[a];
  }
  EXPECT_GT(at_most[0], kTimes * kFresh * 0.007);
}

TEST(Tail, FindsWhatLiesFarBeyond) {
  Draws draws{5};
  Tail tail;
  for (int i = 0; i < 20'000; ++i) tail.add(draws.exponential());
  EXPECT_TRUE(tail.has_tail());
  EXPECT_LT(tail.p(25), 1e-6);  // e^-25 is 1e-11; the shape is not known that well
  EXPECT_GT(tail.p(25), 1e-12);
  EXPECT_LT(tail.p(60), tail.p(40));
  EXPECT_GT(tail.p(1e300), 0);
}

TEST(Tail, FallsWithoutJumpsAndNeverAboveConformal) {
  for (const Benign& benign : kinds()) {
    for (const int n : {0, 1, 9, 10, 11, 60, 99, 100, 137, 1'500, 6'000}) {
      Draws draws{static_cast<std::uint64_t>(n) + 1};
      Tail tail;
      for (int i = 0; i < n; ++i) tail.add(benign.draw(draws));
      const double greatest = n > 0 ? tail.top().back() : 1;
      double before = 1;
      for (int i = 0; i <= 40'000; ++i) {
        const double s = greatest * 3 * i / 40'000, p = tail.p(s);
        ASSERT_LE(p, before) << benign.name << ' ' << n << ' ' << s;
        ASSERT_LE(p, tail.conformal(s) * (1 + 1e-12));
        ASSERT_GT(p, 0);
        if (tail.has_tail() && s - greatest * 3 / 40'000 > greatest) {
          ASSERT_GT(p / before, 0.99) << benign.name << ' ' << n << ' ' << s;  // no step where there is no score
        }
        before = p;
      }
    }
  }
}

TEST(Tail, JoinsConformalWhereTenScoresResolveIt) {
  Draws draws{3};
  Tail tail;
  for (int i = 0; i < 3'000; ++i) tail.add(draws.exponential());
  const double tenth = tail.top()[tail.top().size() - 10], ninth = tail.top()[tail.top().size() - 9];
  EXPECT_DOUBLE_EQ(tail.p(tenth), 11 / 3001.0);
  EXPECT_NEAR(tail.p(std::nextafter(tenth, 99)), 10 / 3001.0, 1e-9);  // the step of one score, and no more
  EXPECT_NEAR(tail.p(std::nextafter(ninth, 0)) / tail.p(std::nextafter(ninth, 99)), 1, 1e-6);
}

// What the definition says, with all the scores kept.
double naive(const std::vector<double>& scores, double s) {
  double above = 1;
  for (const double x : scores) above += x >= s;
  return above / (static_cast<double>(scores.size()) + 1);
}

TEST(Tail, ConformalIsExactAtTheTopAndNeverTooSmallBelow) {
  for (const Benign& benign : kinds()) {
    Draws draws{21};
    std::vector<double> scores(5'000);
    for (double& s : scores) s = benign.draw(draws);
    const Tail tail = tail_of(scores);
    for (const double s : scores) {
      const double exact = naive(scores, s), read = tail.conformal(s);
      if (exact <= 1000 / 5001.0) {
        ASSERT_DOUBLE_EQ(read, exact) << benign.name;
      } else {
        ASSERT_GE(read, exact * (1 - 1e-12)) << benign.name;
        ASSERT_LE(read, naive(scores, s * (1 - 1.0 / 32)) * (1 + 1e-12)) << benign.name;  // a bucket's width
      }
    }
  }
}

TEST(Tail, MergingIsAdding) {
  Draws draws{8};
  std::vector<double> scores(9'000);
  for (double& s : scores) s = std::exp(3 * draws.normal());
  const Tail whole = tail_of(scores);
  Tail parts[3], merged;
  for (std::size_t i = 0; i < scores.size(); ++i) parts[i % 17 == 0 ? 0 : i % 17 < 9 ? 1 : 2].add(scores[i]);
  for (const int i : {2, 0, 1}) merged.merge(parts[i]);
  EXPECT_EQ(merged.count(), whole.count());
  EXPECT_EQ(merged.top(), whole.top());
  EXPECT_EQ(merged.buckets(), whole.buckets());
  for (const double s : {0.0, 0.1, 1.0, 30.0, 1e3, 1e4, 1e7}) EXPECT_EQ(merged.p(s), whole.p(s));
}

TEST(Tail, EqualScoresStayWithConformal) {
  Tail constant, few;
  for (int i = 0; i < 1'000; ++i) {
    constant.add(7);
    few.add(i % 4);
  }
  EXPECT_FALSE(constant.has_tail());
  EXPECT_FALSE(few.has_tail());
  EXPECT_DOUBLE_EQ(constant.p(7), 1);
  EXPECT_DOUBLE_EQ(constant.p(8), 1 / 1001.0);
  EXPECT_DOUBLE_EQ(few.p(1e9), 1 / 1001.0);
}

TEST(Tail, FewScoresStayWithConformal) {
  Draws draws{2};
  Tail tail;
  EXPECT_DOUBLE_EQ(tail.p(3), 1);
  for (int i = 0; i < 99; ++i) tail.add(draws.exponential());
  EXPECT_DOUBLE_EQ(tail.p(1e6), 0.01);
  tail.add(1);
  EXPECT_LT(tail.p(1e6), 1e-3);
}

TEST(Tail, TakesAnyNumber) {
  Tail tail;
  for (const double s : {-1.0, -HUGE_VAL, HUGE_VAL, std::nan(""), 0.0, 1e-300, 1e300}) tail.add(s);
  EXPECT_EQ(tail.count(), 7u);
  EXPECT_EQ(tail.top().back(), Tail::kGreatest);
  EXPECT_DOUBLE_EQ(tail.p(HUGE_VAL), 3 / 8.0);
  EXPECT_DOUBLE_EQ(tail.p(std::nan("")), 1);
  EXPECT_LE(tail.buckets().size(), Tail::kBuckets);
}

TEST(Tail, RestoresWhatBelongsTogetherOnly) {
  Draws draws{4};
  Tail tail, again;
  for (int i = 0; i < 2'000; ++i) tail.add(draws.exponential());
  ASSERT_TRUE(again.restore(tail.count(), tail.top(), tail.buckets()));
  EXPECT_EQ(again.p(9.5), tail.p(9.5));
  EXPECT_FALSE(again.restore(tail.count() + 1, tail.top(), tail.buckets()));
  EXPECT_FALSE(again.restore(3, {1, 2}, {3}));
  EXPECT_FALSE(again.restore(2, {2, 1}, {2}));
  EXPECT_FALSE(again.restore(1, {std::nan("")}, {1}));
  EXPECT_FALSE(again.restore(2, {1, 2}, {~0ull, 3}));
  EXPECT_FALSE(again.restore(0, {}, std::vector<std::uint64_t>(Tail::kBuckets + 1)));
  EXPECT_EQ(again.p(9.5), tail.p(9.5));
}

}  // namespace
}  // namespace tail_tests
}  // namespace custos::behavior
