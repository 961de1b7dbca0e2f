#include "institution/entities/timeline.h"

#include <gtest/gtest.h>

namespace custos::institution {
namespace {

constexpr Micros kTick = 60 * kSecond, kLong = 60 * kTick;  // a minute, an hour

Timeline timeline() { return Timeline(24 * kLong, 1'000'000); }
void lease(Timeline& t, std::uint32_t who, Micros at, Micros length) { t.add({.key = 1, .value = who, .at = at, .until = at + length, .begins = true}); }
void seen(Timeline& t, std::uint32_t who, Micros at) { t.add({.key = 1, .value = who, .at = at}); }
std::vector<std::uint32_t> found(const Timeline& t, Micros at) {
  const auto f = t.find(1, at);
  EXPECT_EQ(f.run != nullptr, f.candidates.size() == 1);
  return f.candidates;
}
using Who = std::vector<std::uint32_t>;

TEST(Timeline, ALeaseHoldsFromItsBeginningToItsEnd) {
  Timeline t = timeline();
  lease(t, 7, 10 * kLong, 8 * kLong);
  lease(t, 9, 20 * kLong, 8 * kLong);
  t.settle();
  EXPECT_EQ(found(t, 9 * kLong), Who{});
  EXPECT_EQ(found(t, 10 * kLong), Who{7});
  EXPECT_EQ(found(t, 18 * kLong), Who{7});
  EXPECT_EQ(found(t, 19 * kLong), Who{});  // nobody's between the two
  EXPECT_EQ(found(t, 21 * kLong), Who{9});
  EXPECT_EQ(found(t, 29 * kLong), Who{});
  const auto f = t.find(1, 12 * kLong);
  EXPECT_EQ(f.from, 10 * kLong);
  EXPECT_EQ(f.until, 18 * kLong);
}

TEST(Timeline, AHandOverThatNobodySawIsAmbiguous) {
  Timeline t = timeline();
  seen(t, 7, 10 * kLong);
  seen(t, 7, 12 * kLong);
  seen(t, 9, 16 * kLong);
  t.settle();
  EXPECT_EQ(found(t, 11 * kLong), Who{7});
  EXPECT_EQ(found(t, 14 * kLong), (Who{7, 9}));
  EXPECT_EQ(found(t, 17 * kLong), Who{9});
}

TEST(Timeline, AHandOverByLeaseIsExactButForTheClocks) {
  Timeline t = timeline();
  lease(t, 7, 10 * kLong, 8 * kLong);
  lease(t, 9, 12 * kLong, 8 * kLong);  // given up early
  t.settle();
  EXPECT_EQ(found(t, 11 * kLong), Who{7});
  EXPECT_EQ(found(t, 12 * kLong - 10 * kSecond), (Who{7, 9}));
  EXPECT_EQ(found(t, 12 * kLong + 10 * kTick), Who{9});
}

TEST(Timeline, AnEndIsAnEnd) {
  Timeline t = timeline();
  lease(t, 7, 10 * kLong, 8 * kLong);
  t.end(1, 7, 11 * kLong);
  t.settle();
  EXPECT_EQ(found(t, 10 * kLong + kTick), Who{7});
  EXPECT_EQ(found(t, 13 * kLong), Who{});
}

// Two computers with one address, set by hand: sightings in turn are no handing over.
TEST(Timeline, WhatIsSeenInTurnBelongsToBoth) {
  Timeline t = timeline();
  for (std::uint32_t i = 0; i < 6; ++i) seen(t, 1 + i % 2, i * kLong);
  t.settle();
  for (const Micros at : {kLong, 2 * kLong, 2 * kLong + 30 * kTick, 4 * kLong}) EXPECT_EQ(found(t, at).size(), 2u) << at / kTick;
  // With leases it changes hands, as often as it may.
  Timeline leased = timeline();
  for (std::uint32_t i = 0; i < 6; ++i) lease(leased, 1 + i % 2, i * 2 * kLong, kLong);
  leased.settle();
  EXPECT_EQ(found(leased, 2 * kLong + 30 * kTick), Who{2});
  EXPECT_EQ(found(leased, 4 * kLong + 30 * kTick), Who{1});
}

TEST(Timeline, TwoLeasesOfOneMomentAreBoths) {
  Timeline t = timeline();
  lease(t, 7, 10 * kLong, 8 * kLong);
  lease(t, 9, 10 * kLong, 8 * kLong);
  t.settle();
  EXPECT_EQ(found(t, 12 * kLong).size(), 2u);
}

TEST(Timeline, AMinuteOnBothSidesOfAChangeIsBoths) {
  Timeline t = timeline();
  lease(t, 7, 10 * kLong, 8 * kLong);
  lease(t, 9, 12 * kLong, 8 * kLong);
  t.settle();
  EXPECT_EQ(found(t, 12 * kLong - 2 * kTick), Who{7});
  EXPECT_EQ(found(t, 12 * kLong - kTick / 2).size(), 2u);
  EXPECT_EQ(found(t, 12 * kLong + kTick / 2).size(), 2u);
  EXPECT_EQ(found(t, 12 * kLong + 2 * kTick), Who{9});
}

// What was dropped to stay in bounds makes what came before the rest unknown, not somebody's.
TEST(Timeline, WhatWasForgottenIsNotGuessed) {
  Timeline t(24 * kLong, 100);
  t.add({.key = 1, .value = 7, .at = 10 * kLong});
  t.add({.key = 1, .value = 9, .at = 40 * kLong});
  for (std::uint64_t i = 0; i < 250; ++i) t.add({.key = 2 + i, .value = 1, .at = 30 * kLong + static_cast<Micros>(i)});
  t.settle();
  ASSERT_GT(t.evicted(), 0u);
  EXPECT_EQ(found(t, 11 * kLong), Who{});
  EXPECT_EQ(found(t, 40 * kLong), Who{9});
}

TEST(Timeline, OrderOfFilesDoesNotMatter) {
  Timeline a = timeline(), b = timeline();
  for (int i = 0; i < 50; ++i) seen(a, i % 3 == 0 ? 7 : 9, (i * 37 % 50) * kLong);
  for (int i = 49; i >= 0; --i) seen(b, i % 3 == 0 ? 7 : 9, (i * 37 % 50) * kLong);
  a.settle();
  b.settle();
  for (int i = 0; i < 60; ++i) EXPECT_EQ(found(a, i * kLong + kTick), found(b, i * kLong + kTick)) << i;
}

// Shrinking drops sightings between the first and last of a stretch and nothing that an answer rests on.
TEST(Timeline, ShrinkingChangesNoAnswer) {
  Timeline small(24 * kLong, 200), large = timeline();
  for (int i = 0; i < 2'000; ++i) {
    seen(small, i < 900 ? 7 : 9, i * kTick);
    seen(large, i < 900 ? 7 : 9, i * kTick);
  }
  small.settle();
  large.settle();
  EXPECT_EQ(small.evicted(), 0u);
  for (int i = 0; i < 2'100; i += 7) EXPECT_EQ(found(small, i * kTick + kSecond), found(large, i * kTick + kSecond)) << i;
}

TEST(Timeline, WhatDoesNotFitIsCounted) {
  Timeline t(24 * kLong, 100);
  for (std::uint64_t i = 0; i < 1'000; ++i) t.add({.key = i, .value = 1, .at = static_cast<Micros>(i) * kTick});
  t.settle();
  EXPECT_GE(t.evicted(), 700u);
  EXPECT_NE(t.find(999, 999 * kTick).run, nullptr);  // the oldest go first
  EXPECT_EQ(t.find(1, kTick).run, nullptr);
}

}  // namespace
}  // namespace custos::institution
