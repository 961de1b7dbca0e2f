#include "evaluate/recording.h"

#include <algorithm>
#include <map>
#include <tuple>

#include <gtest/gtest.h>

#include "evaluate/made_up_test.h"
#include "evaluate/random.h"

namespace custos::evaluate {
namespace {

TEST(Recording, BucketsBegin1970AndBeforeIt) {
  EXPECT_EQ(bucket_of(0, kDay), 0);
  EXPECT_EQ(bucket_of(kDay - 1, kDay), 0);
  EXPECT_EQ(bucket_of(kDay, kDay), kDay);
  EXPECT_EQ(bucket_of(-1, kDay), -kDay);
  EXPECT_EQ(bucket_of(-kDay, kDay), -kDay);
}

TEST(Recording, TestDaysAreCalendarDays) {
  EXPECT_EQ((Periods{0, 0, kDay, kDay + 1}).test_days(), 1u);
  EXPECT_EQ((Periods{0, 0, kDay, 2 * kDay}).test_days(), 1u);
  EXPECT_EQ((Periods{0, 0, kDay - 1, kDay + 1}).test_days(), 2u);
  EXPECT_EQ((Periods{0, 0, kDay, kDay}).test_days(), 0u);
  EXPECT_EQ(Periods{}.test_days(), 0u);
}

TEST(Recording, SortsByTimeAndKeepsTheTruthWithItsObservation) {
  testing::MadeUp m;
  m.add(30, "a", "x");
  m.add(10, "a", "x", 0);
  m.add(20, "b", "x", -2);
  m.add(10, "c", "x");
  const Scene& s = m.finish();
  std::vector<Micros> times;
  for (const Observation& o : s.recording.observations()) times.push_back(o.time);
  EXPECT_EQ(times, (std::vector<Micros>{10, 10, 20, 30}));
  EXPECT_EQ(s.recording.text(s.recording.observations()[0].entity), "a");  // read first
  ASSERT_EQ(s.truth.of(0).size(), 1u);
  EXPECT_EQ(s.truth.of(0)[0].campaign, 0);
  EXPECT_TRUE(s.truth.of(1).empty());
  ASSERT_EQ(s.truth.of(2).size(), 1u);
  EXPECT_EQ(s.truth.of(2)[0].campaign, kIgnored);
  EXPECT_TRUE(s.truth.of(3).empty());
}

TEST(Recording, GroupsByUnitAndBucketInOrderOfTheFirstObservation) {
  testing::MadeUp m;
  m.add(testing::kHour + 5, "a", "x");
  m.add(2, "b", "x");
  m.add(3, "a", "x");
  m.add(1, "a", "x");
  const Scene& s = m.finish(testing::kHour);
  const auto groups = s.recording.groups();
  ASSERT_EQ(groups.size(), 3u);
  EXPECT_EQ(s.recording.text(groups[0].unit), "a x");
  EXPECT_EQ(groups[0].count, 2u);
  EXPECT_EQ(s.recording.text(groups[1].unit), "b x");
  EXPECT_EQ(groups[2].bucket, testing::kHour);
  std::vector<Micros> times;
  for (const std::uint32_t i : s.recording.members(groups[0])) times.push_back(s.recording.observations()[i].time);
  EXPECT_EQ(times, (std::vector<Micros>{1, 3}));
}

TEST(Recording, AHitIsOnEveryObservationOfItsEventOnce) {
  Recording r;
  Observation o;
  o.time = 5;
  o.event = 7;
  r.add(o);
  o.time = 3;
  r.add(o);
  o.event = 8;
  r.add(o);
  const auto rule = r.add_rule(std::make_shared<RuleFacts>());
  r.add_hit(7, rule);
  r.add_hit(7, rule);
  std::vector<std::uint32_t> moved;
  r.finish({0, 0, 0, 10}, kDay, moved);
  ASSERT_EQ(r.hits().size(), 2u);
  EXPECT_EQ(r.observations()[r.hits()[0].observation].event, 7u);
  EXPECT_EQ(r.observations()[r.hits()[1].observation].event, 7u);
  EXPECT_EQ(moved, (std::vector<std::uint32_t>{2, 0, 1}));
}

TEST(Recording, RefusesToGrowPastItsBytesAndSaysHowManyItWouldTake) {
  Recording r;
  r.limit(2'000'000);
  Observation o;
  std::size_t held = 0;
  while (r.add(o)) ++held;
  EXPECT_GE(held, 2u);
  EXPECT_TRUE(r.truncated());
  for (std::size_t i = 0; i < held; ++i) EXPECT_FALSE(r.add(o));
  EXPECT_EQ(r.observations().size(), held);
  EXPECT_EQ(r.left_out(), held + 1);
  Recording large(r.bytes_wanted() + 4 * Recording::kBytesOfAnObservation);
  for (std::size_t i = 0; i < 2 * held + 1; ++i) EXPECT_TRUE(large.add(o)) << i;
}

// The twin: everything in one struct, sorted and grouped by comparison.
TEST(Recording, ColumnsAndGroupsAreThoseOfANaiveTwin) {
  Random random(7);
  for (int round = 0; round < 30; ++round) {
    Recording r;
    std::vector<Observation> twin;
    const std::uint64_t n = random.below(400), spread = std::uint64_t{1} << random.below(50);
    for (std::uint64_t i = 0; i < n; ++i) {
      const auto text = [&] { return r.intern(std::to_string(random.below(6))); };
      Observation o{static_cast<Micros>(random.below(spread)) - 1'000'000, 0, 0, text(), text(), text(), text(), text(), text(), static_cast<std::uint32_t>(i), 0};
      if (i > n / 2) o.sent = static_cast<float>(random.below(100)), o.received = static_cast<float>(random.below(9));
      o.risk = static_cast<float>(random.below(2));
      ASSERT_TRUE(r.add(o));
      twin.push_back(o);
    }
    std::vector<std::uint32_t> moved;
    r.finish({0, 0, 0, kDay}, testing::kHour, moved);
    std::stable_sort(twin.begin(), twin.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
    std::map<std::pair<Micros, TextId>, std::vector<std::uint32_t>> groups;
    for (std::uint32_t i = 0; i < n; ++i) {
      const Observation a = r.observations()[i], &b = twin[i];
      EXPECT_EQ(std::tuple(a.time, a.event, a.sent, a.received, a.risk), std::tuple(b.time, b.event, b.sent, b.received, b.risk));
      EXPECT_EQ(std::tuple(a.unit, a.entity, a.peer, a.kind, a.detail, a.log), std::tuple(b.unit, b.entity, b.peer, b.kind, b.detail, b.log));
      EXPECT_EQ(moved[a.event], i);
      groups[{bucket_of(b.time, testing::kHour), b.unit}].push_back(i);
    }
    std::map<std::pair<Micros, std::uint32_t>, std::vector<std::uint32_t>> ordered;  // by bucket, then first observation
    for (const auto& [key, members] : groups) ordered[{key.first, members.front()}] = members;
    ASSERT_EQ(r.groups().size(), ordered.size());
    auto expected = ordered.begin();
    for (const Group& g : r.groups()) {
      const auto members = r.members(g);
      EXPECT_EQ(std::vector<std::uint32_t>(members.begin(), members.end()), expected->second);
      EXPECT_EQ(g.bucket, expected->first.first);
      ++expected;
    }
  }
}

TEST(Recording, AVariantSharesTextsAndKeepsTheHitsOfWhatItTook) {
  testing::MadeUp m;
  const auto rule = m.scene.recording.add_rule(std::make_shared<RuleFacts>());
  m.add(1, "a", "x", -1, "p", 5);
  m.add(2, "b", "x", -1, "p", 6);
  m.add(3, "c", "x", -1, "p", 7);
  m.scene.recording.add_hit(0, rule);
  m.scene.recording.add_hit(2, rule);
  const Recording& full = m.finish().recording;
  Recording v = Recording::like(full);
  v.take(full, 2, 30);
  v.take(full, 1, 20);
  v.take_hits(full);
  std::vector<std::uint32_t> moved;
  v.finish(full.periods(), full.bucket(), moved);
  ASSERT_EQ(v.observations().size(), 2u);
  EXPECT_EQ(v.text(v.observations()[0].entity), "b");
  EXPECT_EQ(v.observations()[1].sent, 7);
  ASSERT_EQ(v.hits().size(), 1u);
  EXPECT_EQ(v.hits()[0].observation, 1u);
  EXPECT_EQ(full.hits().size(), 2u);
}

TEST(Recording, NothingIsARecordingToo) {
  Recording r;
  std::vector<std::uint32_t> moved;
  r.finish({}, kDay, moved);
  EXPECT_TRUE(r.groups().empty());
}

}  // namespace
}  // namespace custos::evaluate
