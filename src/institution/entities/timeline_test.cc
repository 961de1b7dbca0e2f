#include "institution/entities/timeline.h"

#include <gtest/gtest.h>

namespace custos::institution {
namespace {

constexpr Micros kMin = 60 * kSecond, kHours = 60 * kMin;

Timeline timeline() { return Timeline(24 * kHours, 1'000'000); }
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
  lease(t, 7, 10 * kHours, 8 * kHours);
  lease(t, 9, 20 * kHours, 8 * kHours);
  t.settle();
  EXPECT_EQ(found(t, 9 * kHours), Who{});
  EXPECT_EQ(found(t, 10 * kHours), Who{7});
  EXPECT_EQ(found(t, 18 * kHours), Who{7});
  EXPECT_EQ(found(t, 19 * kHours), Who{});  // nobody's between the two
  EXPECT_EQ(found(t, 21 * kHours), Who{9});
  EXPECT_EQ(found(t, 29 * kHours), Who{});
  const auto f = t.find(1, 12 * kHours);
  EXPECT_EQ(f.from, 10 * kHours);
  EXPECT_EQ(f.until, 18 * kHours);
}

TEST(Timeline, AHandOverThatNobodySawIsAmbiguous) {
  Timeline t = timeline();
  seen(t, 7, 10 * kHours);
  seen(t, 7, 12 * kHours);
  seen(t, 9, 16 * kHours);
  t.settle();
  EXPECT_EQ(found(t, 11 * kHours), Who{7});
  EXPECT_EQ(found(t, 14 * kHours), (Who{7, 9}));
  EXPECT_EQ(found(t, 17 * kHours), Who{9});
}

TEST(Timeline, AHandOverByLeaseIsExactButForTheClocks) {
  Timeline t = timeline();
  lease(t, 7, 10 * kHours, 8 * kHours);
  lease(t, 9, 12 * kHours, 8 * kHours);  // given up early
  t.settle();
  EXPECT_EQ(found(t, 11 * kHours), Who{7});
  EXPECT_EQ(found(t, 12 * kHours - 10 * kSecond), (Who{7, 9}));
  EXPECT_EQ(found(t, 12 * kHours + 10 * kMin), Who{9});
}

TEST(Timeline, AnEndIsAnEnd) {
  Timeline t = timeline();
  lease(t, 7, 10 * kHours, 8 * kHours);
  t.end(1, 7, 11 * kHours);
  t.settle();
  EXPECT_EQ(found(t, 10 * kHours + kMin), Who{7});
  EXPECT_EQ(found(t, 13 * kHours), Who{});
}

TEST(Timeline, OrderOfFilesDoesNotMatter) {
  Timeline a = timeline(), b = timeline();
  for (int i = 0; i < 50; ++i) seen(a, i % 3 == 0 ? 7 : 9, (i * 37 % 50) * kHours);
  for (int i = 49; i >= 0; --i) seen(b, i % 3 == 0 ? 7 : 9, (i * 37 % 50) * kHours);
  a.settle();
  b.settle();
  for (int i = 0; i < 60; ++i) EXPECT_EQ(found(a, i * kHours + kMin), found(b, i * kHours + kMin)) << i;
}

// Shrinking drops sightings between the first and last of a stretch and nothing that an answer rests on.
TEST(Timeline, ShrinkingChangesNoAnswer) {
  Timeline small(24 * kHours, 200), large = timeline();
  for (int i = 0; i < 2'000; ++i) {
    seen(small, i < 900 ? 7 : 9, i * kMin);
    seen(large, i < 900 ? 7 : 9, i * kMin);
  }
  small.settle();
  large.settle();
  EXPECT_EQ(small.evicted(), 0u);
  for (int i = 0; i < 2'100; i += 7) EXPECT_EQ(found(small, i * kMin + kSecond), found(large, i * kMin + kSecond)) << i;
}

TEST(Timeline, WhatDoesNotFitIsCounted) {
  Timeline t(24 * kHours, 100);
  for (std::uint64_t i = 0; i < 1'000; ++i) t.add({.key = i, .value = 1, .at = static_cast<Micros>(i) * kMin});
  t.settle();
  EXPECT_GE(t.evicted(), 700u);
  EXPECT_NE(t.find(999, 999 * kMin).run, nullptr);  // the oldest go first
  EXPECT_EQ(t.find(1, kMin).run, nullptr);
}

}  // namespace
}  // namespace custos::institution
