#include "evaluate/recording.h"

#include <gtest/gtest.h>

#include "evaluate/made_up_test.h"

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

TEST(Recording, RefusesToGrowWithoutBound) {
  Recording r(2);
  EXPECT_TRUE(r.add({}));
  EXPECT_TRUE(r.add({}));
  EXPECT_FALSE(r.truncated());
  EXPECT_FALSE(r.add({}));
  EXPECT_TRUE(r.truncated());
  EXPECT_EQ(r.observations().size(), 2u);
}

TEST(Recording, NothingIsARecordingToo) {
  Recording r;
  std::vector<std::uint32_t> moved;
  r.finish({}, kDay, moved);
  EXPECT_TRUE(r.groups().empty());
}

}  // namespace
}  // namespace custos::evaluate
