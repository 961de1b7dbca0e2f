#include "evaluate/figures.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <gtest/gtest.h>

#include "evaluate/made_up_test.h"
#include "evaluate/random.h"

namespace custos::evaluate {
namespace {

Alarm alarm(Micros time, double score, std::vector<std::uint32_t> events = {}) {
  Alarm a;
  a.time = time;
  a.score = score;
  a.events = std::move(events);
  return a;
}

TEST(Figures, TheWorstOfEachDayAndOfTestDaysOnly) {
  const Periods p = testing::four_days();
  std::vector<Alarm> alarms{alarm(kDay, 99),      alarm(2 * kDay + 5, 1), alarm(2 * kDay + 4, 3), alarm(2 * kDay + 3, 3),
                            alarm(3 * kDay, 0.5), alarm(4 * kDay, 50),    alarm(2 * kDay, 9)};
  alarms[6].raised = false;
  EXPECT_EQ(worst_of_each_day(alarms, p, 2), (std::vector<std::size_t>{3, 2, 4}));  // of equal scores the earlier first
  EXPECT_EQ(worst_of_each_day(alarms, p, 1), (std::vector<std::size_t>{3, 4}));
  EXPECT_TRUE(worst_of_each_day(alarms, p, 0).empty());
}

// c0: phases a and b in the test, c only before it. c1: only before the test. c2: not found.
Scene& campaigns(testing::MadeUp& m) {
  m.add(5, "h", "k", 0, "c");                         // 0
  m.add(6, "h", "k", 1, "p");                         // 1
  m.add(2 * kDay + 100 * kSecond, "h", "k", 0, "a");  // 2
  m.add(2 * kDay + 160 * kSecond, "h", "k");          // 3
  m.add(2 * kDay + 200 * kSecond, "i", "k", -2);      // 4
  m.add(3 * kDay, "h", "k", 0, "b");                  // 5
  m.add(3 * kDay + 1, "h", "k", 2, "p");              // 6
  m.add(3 * kDay + 2, "j", "k");                      // 7
  return m.finish();
}

TEST(Figures, JudgesByTheTruthOfTheEventsInTheAlarm) {
  testing::MadeUp m;
  const Scene& s = campaigns(m);
  const SceneOutcome o = judge(s, {alarm(2 * kDay + 100 * kSecond, 3, {2, 3}), alarm(2 * kDay + 200 * kSecond, 2, {4}), alarm(3 * kDay + 2, 2, {7})}, 5);
  EXPECT_EQ(o.true_alarms, 1u);
  EXPECT_EQ(o.false_alarms, 1u);
  EXPECT_EQ(o.ignored_alarms, 1u);
  EXPECT_EQ(o.untested, 1u);
  EXPECT_EQ(o.days, 2u);
  ASSERT_EQ(o.campaigns.size(), 2u);
  EXPECT_EQ(o.campaigns[0].phases, (std::vector<std::string>{"a", "b"}));  // c is before the test
  EXPECT_EQ(o.campaigns[0].found, (std::vector<std::string>{"a"}));
  EXPECT_EQ(*o.campaigns[0].seconds_to_first, 60);  // the alarm needs its last event
  EXPECT_TRUE(o.campaigns[1].found.empty());
  EXPECT_FALSE(o.campaigns[1].seconds_to_first);
  EXPECT_EQ(o.attack_shares, (std::vector<double>{0.5}));
}

TEST(Figures, AnAttackInAnAlarmOutweighsIgnoredEvents) {
  testing::MadeUp m;
  const Scene& s = campaigns(m);
  const SceneOutcome o = judge(s, {alarm(2 * kDay + 100 * kSecond, 3, {2, 4})}, 5);
  EXPECT_EQ(o.true_alarms, 1u);
  EXPECT_EQ(o.ignored_alarms, 0u);
}

TEST(Figures, NeighboursOfAnAttackAreFalseAlarms) {
  testing::MadeUp m;
  const Scene& s = campaigns(m);
  const SceneOutcome o = judge(s, {alarm(2 * kDay + 160 * kSecond, 3, {3})}, 5);  // a minute after the attack, same host: no point-adjust
  EXPECT_EQ(o.true_alarms, 0u);
  EXPECT_EQ(o.false_alarms, 1u);
}

TEST(Figures, SumsUpScenes) {
  SceneOutcome one, two;
  one.campaigns = {{"s", "c0", {"a", "b", "c", "d"}, {"a", "b", "c"}, 100.0, {}}};
  one.true_alarms = 3;
  one.false_alarms = 9;
  one.days = 4;
  one.alarm_events = {1, 2, 30};
  two.campaigns = {{"t", "c1", {"a", "b", "c", "d", "e", "f"}, {}, std::nullopt, {}}};
  two.false_alarms = 12;
  two.days = 2;
  two.alarm_events = {4};
  const Figures f = sum_up(std::vector<SceneOutcome>{one, two}, 10, 1);
  EXPECT_EQ(f.campaigns, 2u);
  EXPECT_EQ(f.campaigns_found, 1u);
  EXPECT_DOUBLE_EQ(f.recall, 0.3);
  EXPECT_DOUBLE_EQ(*f.precision, 3.0 / 24);
  EXPECT_DOUBLE_EQ(*f.false_per_day, 3.5);
  EXPECT_EQ(*f.seconds_to_first, 100);
  EXPECT_EQ(f.events_per_alarm, 2);  // the lower middle of 1 2 4 30
  EXPECT_DOUBLE_EQ(f.interval.low, 0);
  EXPECT_DOUBLE_EQ(f.interval.high, 0.75);
}

TEST(Figures, NoAlarmIsNoPrecision) {
  const Figures f = sum_up({}, 10, 1);
  EXPECT_FALSE(f.precision);
  EXPECT_FALSE(f.false_per_day);
  EXPECT_EQ(f.recall, 0);
}

TEST(Bootstrap, KnowsNothingFromOneCampaign) {
  const std::vector<std::pair<double, double>> one{{3, 4}};
  EXPECT_EQ(bootstrap(one, 1).low, 0);
  EXPECT_EQ(bootstrap(one, 1).high, 1);
}

TEST(Bootstrap, EqualCampaignsHaveNoSpread) {
  const std::vector<std::pair<double, double>> equal(9, {1, 4});
  EXPECT_DOUBLE_EQ(bootstrap(equal, 1).low, 0.25);
  EXPECT_DOUBLE_EQ(bootstrap(equal, 1).high, 0.25);
}

// Twenty campaigns of one phase, ten found: the resampled share is Binomial(20, 1/2) / 20, whose 2.5 % and 97.5 % quantiles are 6 and 14.
TEST(Bootstrap, IsTheBinomialWhereEveryCampaignHasOnePhase) {
  std::vector<std::pair<double, double>> half;
  for (int i = 0; i < 20; ++i) half.emplace_back(i % 2, 1);
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Interval i = bootstrap(half, seed);
    EXPECT_NEAR(i.low, 0.3, 0.0501);
    EXPECT_NEAR(i.high, 0.7, 0.0501);
  }
  EXPECT_EQ(bootstrap(half, 7).low, bootstrap(half, 7).low);
}

TEST(Bootstrap, WeighsCampaignsByTheirPhases) {
  const std::vector<std::pair<double, double>> uneven{{9, 9}, {0, 1}};
  const Interval i = bootstrap(uneven, 1);
  EXPECT_EQ(i.low, 0);
  EXPECT_EQ(i.high, 1);
}

// Checked against the closed form: the bounds are the shares whose own z-test would just not reject what was seen.
TEST(Figures, WilsonIsTheIntervalThatInvertsTheTest) {
  const Interval i = wilson(41, 65);
  EXPECT_NEAR(i.low, 0.509, 0.001);
  EXPECT_NEAR(i.high, 0.738, 0.001);
  for (const double bound : {i.low, i.high}) EXPECT_NEAR(std::abs(41.0 / 65 - bound) / std::sqrt(bound * (1 - bound) / 65), 1.959964, 1e-5);
  EXPECT_EQ(wilson(0, 0).high, 1);
  EXPECT_NEAR(wilson(0, 10).low, 0, 1e-12);
  EXPECT_NEAR(wilson(10, 10).high, 1, 1e-12);
}

// The twin: everything sorted by day, score, time and names.
TEST(Figures, TheWorstOfEachDayAreThoseOfAFullSort) {
  Random random(9);
  for (int round = 0; round < 50; ++round) {
    std::vector<Alarm> alarms(random.below(60));
    for (Alarm& a : alarms) {
      a.time = static_cast<Micros>(random.below(5)) * kDay + static_cast<Micros>(random.below(3));
      a.score = static_cast<double>(random.below(4));
      a.entity = std::to_string(random.below(2));
      a.raised = random.below(5) != 0;
    }
    const Periods periods{0, kDay, 2 * kDay, 4 * kDay};
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < alarms.size(); ++i) {
      if (alarms[i].raised && alarms[i].time >= 2 * kDay && alarms[i].time < 4 * kDay) order.push_back(i);
    }
    const auto key = [&](std::size_t i) { return std::tuple(bucket_of(alarms[i].time, kDay), -alarms[i].score, alarms[i].time, alarms[i].entity); };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    const auto budget = static_cast<unsigned>(1 + random.below(6));
    std::vector<std::size_t> expected;
    std::map<Micros, unsigned> taken;
    for (const std::size_t i : order) {
      if (taken[bucket_of(alarms[i].time, kDay)]++ < budget) expected.push_back(i);
    }
    EXPECT_EQ(worst_of_each_day(alarms, periods, budget), expected);
  }
}

}  // namespace
}  // namespace custos::evaluate
