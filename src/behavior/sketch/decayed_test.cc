#include "behavior/sketch/decayed.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "behavior/sketch/damage_test.h"

namespace custos::behavior {
namespace decayed_test {
namespace {

using namespace testing;

struct Added {
  Micros time;
  double amount;
};

// Every amount by itself.
double naive(const std::vector<Added>& all, Micros half_life, Micros t) {
  double sum = 0;
  for (const Added& a : all) sum += a.amount * std::pow(0.5, static_cast<double>(t - a.time) / static_cast<double>(half_life));
  return sum;
}

std::vector<Added> some(std::uint64_t seed) {
  Draw draw(seed);
  std::vector<Added> all;
  for (int i = 0; i < 300; ++i) all.push_back({1'700'000'000 * kSecond + static_cast<Micros>(draw.below(30 * 86'400)) * kSecond, draw.uniform() * 10});
  return all;
}

TEST(DecayedCounter, HalfInAHalfLife) {
  DecayedCounter c(kDay);
  EXPECT_EQ(c.at(5), 0);
  EXPECT_EQ(c.latest(), kNoTime);
  c.add(0, 8);
  EXPECT_EQ(c.at(0), 8);
  EXPECT_DOUBLE_EQ(c.at(kDay), 4);
  EXPECT_DOUBLE_EQ(c.at(3 * kDay), 1);
  c.add(kDay);
  EXPECT_DOUBLE_EQ(c.at(kDay), 5);
  EXPECT_DOUBLE_EQ(c.at(0), 5);  // not the past
  c.add(0, 2);                   // late by a half-life
  EXPECT_DOUBLE_EQ(c.at(kDay), 6);
  EXPECT_EQ(c.latest(), kDay);
}

TEST(DecayedCounter, EveryOrderIsTheNaiveSum) {
  for (const Micros half_life : {kDay / 24, 7 * kDay}) {
    std::vector<Added> all = some(1);
    const Micros end = 1'700'000'000 * kSecond + 31 * kDay;
    Draw draw(2);
    for (int round = 0; round < 20; ++round) {
      DecayedCounter c(half_life);
      for (const Added& a : all) c.add(a.time, a.amount);
      const double exact = naive(all, half_life, end);
      EXPECT_NEAR(c.at(end), exact, 1e-9 * exact);
      for (std::size_t i = all.size() - 1; i > 0; --i) std::swap(all[i], all[draw.below(i + 1)]);
    }
  }
}

TEST(DecayedCounter, MergingInAnyOrderIsOnePass) {
  const std::vector<Added> all = some(3);
  DecayedCounter whole(kDay), empty(kDay);
  std::vector<DecayedCounter> parts(3, DecayedCounter(kDay));
  for (std::size_t i = 0; i < all.size(); ++i) {
    whole.add(all[i].time, all[i].amount);
    parts[i % 3].add(all[i].time, all[i].amount);
  }
  std::vector<int> order{0, 1, 2};
  do {
    DecayedCounter sum(kDay);
    ASSERT_TRUE(sum.merge(empty));
    for (const int i : order) ASSERT_TRUE(sum.merge(parts[static_cast<std::size_t>(i)]));
    EXPECT_EQ(sum.latest(), whole.latest());
    EXPECT_NEAR(sum.at(whole.latest()), whole.at(whole.latest()), 1e-9 * whole.at(whole.latest()));
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_FALSE(whole.merge(DecayedCounter(2 * kDay)));
}

TEST(DecayedCounter, WhatIsNoNumberOrHasNoTimeIsNotAdded) {
  DecayedCounter c;
  c.add(kNoTime, 5);
  c.add(0, std::nan(""));
  c.add(0, HUGE_VAL);
  EXPECT_EQ(c.latest(), kNoTime);
  c.add(0, 1);
  c.add(0, -HUGE_VAL);
  EXPECT_EQ(c.at(0), 1);
  c.add(0, 1.7e308);
  c.add(0, 1.7e308);
  EXPECT_TRUE(std::isfinite(c.at(0)));
  c.add(std::numeric_limits<Micros>::max(), 3);
  c.add(std::numeric_limits<Micros>::min() + 1, 3);
  EXPECT_EQ(c.at(std::numeric_limits<Micros>::max()), 3);
  EXPECT_EQ(DecayedCounter(-5).half_life(), 1);
}

TEST(DecayedCounter, SavingAndDamage) {
  DecayedCounter c(7 * kDay);
  for (const Added& a : some(4)) c.add(a.time, a.amount);
  check_saving(c, [] { return DecayedCounter(); }, Form::Bare, [](DecayedCounter& d) {
    d.add(1'800'000'000 * kSecond, 1);
    EXPECT_TRUE(std::isfinite(d.at(1'900'000'000 * kSecond)));
    return true;
  });
  std::string bad;
  Packer out(bad);
  out.varint(5);
  out.signed_varint(5);
  out.f64(std::nan(""));
  EXPECT_FALSE(loads(c, bad));
}

}  // namespace
}  // namespace decayed_test
}  // namespace custos::behavior
