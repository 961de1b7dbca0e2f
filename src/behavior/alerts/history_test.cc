#include "behavior/alerts/history.h"

#include <gtest/gtest.h>

#include <string>

namespace custos::behavior {
namespace alert_history_test {
namespace {

constexpr std::uint64_t kEverybody = 99;
AlertHistory::Group group(std::uint64_t actor, std::uint64_t kind, std::uint64_t peers = 0) { return {actor, peers, kEverybody, kind}; }

// Actors 1 to 4; kind 7 in every hour of 1, `often` of ten hours of 2.
AlertHistory taught(std::uint32_t hours = 100) {
  AlertHistory h(1 << 20);
  for (std::uint32_t t = 0; t < hours; ++t) {
    h.learn(group(1, 7), 10 + t % 3, 0);
    if (t % 10 == 0) h.learn(group(2, 7), 2, 0);
    h.learn(group(3, 8), 1, 0);
    h.learn(group(4, 8), 1, 0);
    h.hour_over();
  }
  return h;
}

TEST(AlertHistory, TheSeldomerTheMoreSurprising) {
  const AlertHistory h = taught();
  const double always = h.novelty(group(1, 7)), seldom = h.novelty(group(2, 7)), elsewhere = h.novelty(group(3, 7)), nowhere = h.novelty(group(3, 9));
  EXPECT_LT(always, 0.1);
  EXPECT_NEAR(seldom, 2.3, 0.3);  // in one hour of ten
  EXPECT_GT(elsewhere, seldom + 1);
  EXPECT_GT(nowhere, elsewhere);
  EXPECT_EQ(h.hours(group(2, 7)), 10u);
  EXPECT_EQ(h.anybody(group(2, 7)), 110u);
  EXPECT_EQ(h.hours(group(3, 7)), 0u);
}

TEST(AlertHistory, NothingIsSurprisingBeforeAnythingWasSeen) {
  const AlertHistory h(1 << 20);
  EXPECT_EQ(h.novelty(group(1, 1)), 0);
  EXPECT_EQ(h.rate(group(1, 1), 1e6), 0);
}

TEST(AlertHistory, PeersThatHaveItMakeItLessSurprising) {
  AlertHistory h(1 << 20);
  for (int t = 0; t < 50; ++t) {
    for (std::uint64_t a = 1; a <= 3; ++a) h.learn(group(a, 7, 50), 1, 0);
    for (std::uint64_t a = 11; a <= 30; ++a) h.learn(group(a, 8, 60), 1, 0);
    h.hour_over();
  }
  EXPECT_LT(h.novelty(group(4, 7, 50)) + 1, h.novelty(group(4, 7, 60)));
}

TEST(AlertHistory, TooManyAndTooFewAreBothOdd) {
  const AlertHistory h = taught();
  EXPECT_LT(h.rate(group(1, 7), 11), 0.5);
  EXPECT_GT(h.rate(group(1, 7), 60), 8);
  EXPECT_GT(h.rate(group(1, 7), 1), 3);
  EXPECT_EQ(h.rate(group(3, 9), 1e6), 0) << "nobody had it: that it is new says all";
  EXPECT_LE(h.rate(group(1, 7), 1e9), 50);
  // Who never had them is held against everybody, whose spread is wider.
  EXPECT_GT(h.rate(group(3, 7), 1000), 3);
  EXPECT_LT(h.rate(group(3, 7), 30), h.rate(group(1, 7), 30));
  EXPECT_NEAR(h.usual(group(1, 7)), 11, 0.1);
  EXPECT_EQ(h.usual(group(2, 7)), 2);
}

TEST(AlertHistory, SavesAndLoads) {
  const AlertHistory h = taught();
  std::string bytes;
  Packer out(bytes);
  h.save(out);
  AlertHistory again(1 << 20);
  Unpacker in(bytes);
  ASSERT_TRUE(again.load(in) && in.finish("history"));
  std::string twice;
  Packer once_more(twice);
  again.save(once_more);
  EXPECT_EQ(bytes, twice);
  EXPECT_EQ(again.novelty(group(3, 7)), h.novelty(group(3, 7)));
  EXPECT_EQ(again.rate(group(1, 7), 20), h.rate(group(1, 7), 20));
  EXPECT_EQ(again.clock(), 100u);
}

}  // namespace
}  // namespace alert_history_test
}  // namespace custos::behavior
