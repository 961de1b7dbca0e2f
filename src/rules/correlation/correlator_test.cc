// One test for each decision of docs/formats/correlation.md, the bounds, and the naive twin over random rules and
// streams.
#include "rules/correlation/correlator.h"

#include <gtest/gtest.h>

#include "rules/correlation/naive_twin.h"
#include "rules/correlation/scenario.h"

namespace custos::rules::correlation {
namespace {

using Op = Correlation::Op;
using Type = Correlation::Type;
using naive::Fields;

constexpr Micros kMinute = 60 * kSecond;

Correlation rule(Type type, std::vector<std::string> rules, std::vector<std::string> group_by, Micros timespan,
                 std::vector<Correlation::Limit> limits = {}, std::vector<std::string> fields = {}) {
  Correlation c;
  c.type = type;
  c.rules = std::move(rules);
  c.group_by = std::move(group_by);
  c.timespan = timespan;
  c.limits = std::move(limits);
  c.fields = std::move(fields);
  return c;
}

// Base rules r0 r1 r2 and correlations c0 c1 ...; what fired is kept.
class Bench {
 public:
  explicit Bench(std::vector<Correlation> correlations, CorrelatorOptions options = {}) {
    scenario_.correlations = std::move(correlations);
    plan_ = naive::plan_of(scenario_);
    correlator_ = std::make_unique<Correlator>(
        plan_, options, [this](const Fired& f) { (f.phase == Fired::Phase::Began ? began : ended).push_back(f); });
  }
  // Each event is a record of source 0, one after the other.
  Bench& at(Micros time, std::vector<std::uint32_t> rules, Fields fields = {}) {
    naive::feed(*correlator_, *plan_, {time, {0, record_++}, std::move(rules), std::move(fields)});
    return *this;
  }
  // Indices of events at which correlation c began to hold, found by the events' times being distinct.
  std::vector<Micros> times(std::uint32_t c = 0) const {
    std::vector<Micros> out;
    for (const Fired& f : began) {
      if (f.correlation == c) out.push_back(f.time);
    }
    return out;
  }
  Correlator& correlator() { return *correlator_; }

  std::vector<Fired> began, ended;

 private:
  naive::Scenario scenario_;
  std::shared_ptr<const CorrelationPlan> plan_;
  std::unique_ptr<Correlator> correlator_;
  std::uint64_t record_ = 0;
};

using Times = std::vector<Micros>;

TEST(Correlator, WindowEdge) {
  const auto two = rule(Type::EventCount, {"r0"}, {"u"}, 2 * kMinute, {{Op::Gte, 2}});
  EXPECT_EQ(Bench({two}).at(0, {0}, {{"u", "a"}}).at(115 * kSecond, {0}, {{"u", "a"}}).times(), Times{115 * kSecond});
  EXPECT_EQ(Bench({two}).at(0, {0}, {{"u", "a"}}).at(120 * kSecond, {0}, {{"u", "a"}}).times(), Times{120 * kSecond});
  EXPECT_TRUE(Bench({two}).at(0, {0}, {{"u", "a"}}).at(120 * kSecond + 1, {0}, {{"u", "a"}}).times().empty());
  EXPECT_TRUE(Bench({two}).at(0, {0}, {{"u", "a"}}).at(125 * kSecond, {0}, {{"u", "a"}}).times().empty());
  const auto pair = rule(Type::Temporal, {"r0", "r1"}, {}, kMinute);
  EXPECT_EQ(Bench({pair}).at(0, {0}).at(kMinute, {1}).times().size(), 1u);
  EXPECT_TRUE(Bench({pair}).at(0, {0}).at(kMinute + 1, {1}).times().empty());
}

TEST(Correlator, AcrossAFullHour) {
  Bench b({rule(Type::EventCount, {"r0"}, {"u"}, 60 * kMinute, {{Op::Gte, 3}})});
  b.at(35 * kMinute, {0}, {{"u", "a"}}).at(59 * kMinute, {0}, {{"u", "a"}}).at(80 * kMinute, {0}, {{"u", "a"}});
  EXPECT_EQ(b.times(), Times{80 * kMinute});
}

TEST(Correlator, EqualTimes) {
  const auto ordered = rule(Type::TemporalOrdered, {"r0", "r1"}, {}, kMinute);
  EXPECT_EQ(Bench({ordered}).at(5, {0}).at(5, {1}).times().size(), 1u);
  EXPECT_TRUE(Bench({ordered}).at(5, {1}).at(5, {0}).times().empty());
  EXPECT_EQ(Bench({rule(Type::Temporal, {"r0", "r1"}, {}, kMinute)}).at(5, {1}).at(5, {0}).times().size(), 1u);
}

TEST(Correlator, WithoutTime) {
  Bench b({rule(Type::EventCount, {"r0"}, {}, kMinute, {{Op::Gte, 2}})});
  b.at(kNoTime, {0}).at(10, {0}).at(kNoTime, {0});
  EXPECT_TRUE(b.began.empty());
  EXPECT_EQ(b.correlator().without_time(), 2u);
}

TEST(Correlator, OutOfOrderIsCountedNotUsed) {
  Bench b({rule(Type::EventCount, {"r0"}, {}, kMinute, {{Op::Gte, 2}})});
  b.at(10, {0}).at(9, {0});
  EXPECT_TRUE(b.began.empty());
  EXPECT_EQ(b.correlator().out_of_order(), 1u);
}

TEST(Correlator, OneFindingPerEpisode) {
  Bench b({rule(Type::EventCount, {"r0"}, {"u"}, 5 * kMinute, {{Op::Gte, 3}})});
  for (int i = 0; i < 10; ++i) b.at(i * kMinute, {0}, {{"u", "a"}});
  EXPECT_EQ(b.times(), Times{2 * kMinute});
  EXPECT_TRUE(b.ended.empty());
  b.at(60 * kMinute, {0}, {{"u", "a"}});  // the window had emptied
  ASSERT_EQ(b.ended.size(), 1u);
  EXPECT_EQ(b.ended[0].episode, b.began[0].episode);
  EXPECT_EQ(b.ended[0].time, 2 * kMinute);
  EXPECT_EQ(b.ended[0].last_time, 9 * kMinute);
  EXPECT_EQ(b.ended[0].window_start, 0);
  EXPECT_EQ(b.ended[0].holds, 8u);
  EXPECT_EQ(b.ended[0].event_count, 10u);
  EXPECT_EQ(b.ended[0].events.size(), 10u);
  EXPECT_EQ(b.ended[0].events[9], (EventId{0, 9}));
  EXPECT_EQ(b.ended[0].value, 3);
  EXPECT_EQ(b.ended[0].last_value, 6);
  EXPECT_EQ(b.ended[0].group, std::vector<std::string>{"a"});
  b.at(61 * kMinute, {0}, {{"u", "a"}}).at(62 * kMinute, {0}, {{"u", "a"}});
  EXPECT_EQ(b.times(), (Times{2 * kMinute, 62 * kMinute}));
}

TEST(Correlator, EndsWhenItNoLongerHoldsThoughTheWindowIsFull) {
  Bench b({rule(Type::ValueAvg, {"r0"}, {}, 100, {{Op::Gt, 5}}, {"n"})});
  b.at(1, {0}, {{"n", "10"}}).at(2, {0}, {{"n", "0"}}).at(3, {0}, {{"n", "20"}});
  EXPECT_EQ(b.times(), (Times{1, 3}));
  EXPECT_EQ(b.ended.size(), 1u);
}

TEST(Correlator, LessThanOneNeverFires) {
  Bench b({rule(Type::EventCount, {"r0"}, {}, 100, {{Op::Lt, 1}})});
  b.at(1, {0}).at(1000, {1}).at(2000, {0});
  EXPECT_TRUE(b.began.empty());
}

TEST(Correlator, LessThan) {
  Bench b(
      {rule(Type::EventCount, {"r0"}, {}, 100, {{Op::Lt, 3}}), rule(Type::EventCount, {"r0"}, {}, 100, {{Op::Lte, 1}}),
       rule(Type::EventCount, {"r0"}, {}, 100, {{Op::Neq, 1}}), rule(Type::EventCount, {"r0"}, {}, 100, {{Op::Eq, 2}}),
       rule(Type::EventCount, {"r0"}, {}, 100, {{Op::Gt, 2}})});
  b.at(1, {0}).at(2, {0}).at(3, {0});
  EXPECT_EQ(b.times(0), Times{1});
  EXPECT_EQ(b.times(1), Times{1});
  EXPECT_EQ(b.times(2), Times{2});
  EXPECT_EQ(b.times(3), Times{2});
  EXPECT_EQ(b.times(4), Times{3});
  ASSERT_EQ(b.ended.size(), 3u);  // lt 3, lte 1 and eq 2 are over
}

TEST(Correlator, Ranges) {
  Bench b({rule(Type::EventCount, {"r0"}, {}, 100, {{Op::Gt, 1}, {Op::Lte, 2}})});
  b.at(1, {0});
  EXPECT_TRUE(b.began.empty());
  b.at(2, {0});
  EXPECT_EQ(b.times(), Times{2});
  b.at(3, {0});
  EXPECT_EQ(b.ended.size(), 1u);
}

TEST(Correlator, CountsAnEventOnce) {
  Bench b({rule(Type::EventCount, {"r0", "r1"}, {"u"}, 100, {{Op::Gte, 2}})});
  b.at(1, {0, 1}, {{"u", "a"}});
  EXPECT_TRUE(b.began.empty());
  b.at(2, {1}, {{"u", "a"}});
  EXPECT_EQ(b.times(), Times{2});
}

TEST(Correlator, OneEventMayBeTwoRulesOfATemporal) {
  EXPECT_EQ(Bench({rule(Type::Temporal, {"r0", "r1"}, {}, 100)}).at(1, {0, 1}).times().size(), 1u);
}

TEST(Correlator, OneEventIsNotTwoSteps) {
  Bench b({rule(Type::TemporalOrdered, {"r0", "r1"}, {}, 100)});
  b.at(1, {0, 1});
  EXPECT_TRUE(b.began.empty());
  b.at(2, {0, 1});
  EXPECT_EQ(b.times(), Times{2});
}

TEST(Correlator, OldPartOfAnOrderIsReplaced) {
  Bench b({rule(Type::TemporalOrdered, {"r0", "r1", "r2"}, {}, 300)});
  b.at(0, {0}).at(200, {1}).at(250, {0}).at(300, {1}).at(400, {2});
  ASSERT_EQ(b.times(), Times{400});
  EXPECT_EQ(b.began[0].window_start, 250);
  EXPECT_EQ(b.began[0].events, (std::vector<EventId>{{0, 2}, {0, 3}, {0, 4}}));
  EXPECT_TRUE(Bench({rule(Type::TemporalOrdered, {"r0", "r1", "r2"}, {}, 300)})
                  .at(0, {0})
                  .at(160, {1})
                  .at(320, {2})
                  .times()
                  .empty());
}

TEST(Correlator, OrderWithRepeatsAndRepeatedSteps) {
  EXPECT_EQ(Bench({rule(Type::TemporalOrdered, {"r0", "r1", "r2"}, {}, 300)})
                .at(0, {1})
                .at(20, {0})
                .at(40, {1})
                .at(60, {0})
                .at(80, {2})
                .times(),
            Times{80});
  const auto there_and_back = rule(Type::TemporalOrdered, {"r0", "r1", "r0"}, {}, 300);
  EXPECT_TRUE(Bench({there_and_back}).at(0, {0}).at(1, {1}).times().empty());
  EXPECT_EQ(Bench({there_and_back}).at(0, {0}).at(1, {1}).at(2, {0}).times(), Times{2});
}

TEST(Correlator, OrderWithAConditionCountsSteps) {
  const auto any_two = rule(Type::TemporalOrdered, {"r0", "r1", "r2"}, {}, 300, {{Op::Gte, 2}});
  EXPECT_EQ(Bench({any_two}).at(0, {0}).at(1, {2}).times(), Times{1});
  EXPECT_TRUE(Bench({any_two}).at(0, {2}).at(1, {1}).at(2, {0}).times().empty());
  const auto two_of_three = rule(Type::Temporal, {"r0", "r1", "r2"}, {}, 300, {{Op::Gte, 2}});
  EXPECT_EQ(Bench({two_of_three}).at(0, {2}).at(1, {2}).at(2, {0}).times(), Times{2});
}

TEST(Correlator, ValuesAreExactText) {
  Bench b({rule(Type::ValueCount, {"r0"}, {}, 100, {{Op::Gte, 2}}, {"u"})});
  b.at(1, {0}, {{"u", "a"}}).at(2, {0}, {{"u", "a"}});
  EXPECT_TRUE(b.began.empty());
  b.at(3, {0}, {{"u", "A"}});
  EXPECT_EQ(b.times(), Times{3});
}

TEST(Correlator, TuplesDoNotRunTogether) {
  Bench b({rule(Type::ValueCount, {"r0"}, {}, 100, {{Op::Gte, 2}}, {"u", "h"})});
  b.at(1, {0}, {{"u", "ab"}, {"h", "c"}}).at(2, {0}, {{"u", "a"}, {"h", "bc"}});
  EXPECT_EQ(b.times(), Times{2});
}

TEST(Correlator, ValueLeavesTheWindow) {
  Bench b({rule(Type::ValueCount, {"r0"}, {"h"}, 10, {{Op::Gte, 3}}, {"u"})});
  b.at(0, {0}, {{"h", "1"}, {"u", "a"}}).at(7, {0}, {{"h", "1"}, {"u", "b"}}).at(8, {0}, {{"h", "1"}, {"u", "a"}});
  b.at(12, {0}, {{"h", "1"}, {"u", "c"}});
  EXPECT_EQ(b.times(), Times{12});
  Bench c({rule(Type::ValueCount, {"r0"}, {"h"}, 10, {{Op::Gte, 3}}, {"u"})});
  c.at(0, {0}, {{"h", "1"}, {"u", "a"}}).at(7, {0}, {{"h", "1"}, {"u", "b"}}).at(12, {0}, {{"h", "1"}, {"u", "c"}});
  EXPECT_TRUE(c.began.empty());
}

TEST(Correlator, Percentile) {
  auto p = rule(Type::ValuePercentile, {"r0"}, {}, 1000, {{Op::Gte, 0}}, {"n"});
  p.percentile = 90;
  auto median = rule(Type::ValueMedian, {"r0"}, {}, 1000, {{Op::Eq, 2.5}}, {"n"});
  Bench b({p, median});
  b.at(1, {0}, {{"n", "1"}}).at(2, {0}, {{"n", "4"}}).at(3, {0}, {{"n", "3"}}).at(4, {0}, {{"n", "2"}});
  b.correlator().finish();
  ASSERT_EQ(b.ended.size(), 3u);  // the median: 1 | 1 4 -> 2.5 | 1 3 4 -> 3 | 1 2 3 4 -> 2.5
  EXPECT_EQ(b.times(1), (Times{2, 4}));
  for (const Fired& f : b.ended) {
    if (f.correlation == 1) continue;
    EXPECT_DOUBLE_EQ(f.last_value, 3.7);  // rank 2.7: 3 + 0.7 * (4 - 3)
  }
}

TEST(Correlator, NoGroupBy) {
  Bench b({rule(Type::EventCount, {"r0"}, {}, 100, {{Op::Gte, 2}})});
  b.at(1, {0}, {{"u", "a"}}).at(2, {0}, {{"u", "b"}});
  ASSERT_EQ(b.times(), Times{2});
  EXPECT_TRUE(b.began[0].group.empty());
}

TEST(Correlator, MissingGroupField) {
  Bench b({rule(Type::EventCount, {"r0"}, {"u", "h"}, 100, {{Op::Gte, 2}})});
  b.at(1, {0}, {{"u", "a"}}).at(2, {0}, {{"u", "a"}}).at(3, {0}, {{"u", "a"}, {"h", ""}});
  EXPECT_TRUE(b.began.empty());
  EXPECT_EQ(b.correlator().counts(0).without_group, 2u);
  b.at(4, {0}, {{"u", "a"}, {"h", ""}});
  ASSERT_EQ(b.times(), Times{4});
  EXPECT_EQ(b.began[0].group, (std::vector<std::string>{"a", ""}));
}

TEST(Correlator, MissingValueField) {
  Bench b({rule(Type::ValueCount, {"r0"}, {}, 100, {{Op::Gte, 2}}, {"u", "h"}),
           rule(Type::ValueSum, {"r0"}, {}, 100, {{Op::Gte, 0}}, {"n"})});
  b.at(1, {0}, {{"u", "a"}}).at(2, {0}, {{"u", "b"}, {"n", "0x10"}}).at(3, {0}, {{"n", "nan"}}).at(4, {0}, {{"n", ""}});
  EXPECT_TRUE(b.began.empty());
  EXPECT_EQ(b.correlator().counts(0).without_value, 4u);
  EXPECT_EQ(b.correlator().counts(1).without_value, 1u);
  EXPECT_EQ(b.correlator().counts(1).not_numeric, 3u);
}

TEST(Correlator, SumsDoNotDrift) {
  Bench b({rule(Type::ValueSum, {"r0"}, {}, 10, {{Op::Eq, 0.1}}, {"n"})});
  b.at(0, {0}, {{"n", "1e300"}}).at(1, {0}, {{"n", "0.3"}}).at(2, {0}, {{"n", "-7e-200"}}).at(13, {0}, {{"n", "0.1"}});
  EXPECT_EQ(b.times(), Times{13});
}

TEST(Correlator, Aliases) {
  auto c = rule(Type::Temporal, {"r0", "r1"}, {"inner", "outer"}, 10);
  c.aliases["inner"] = {{"r0", "dst"}, {"r1", "src"}};
  c.aliases["outer"] = {{"r0", "src"}, {"r1", "dst"}};
  Bench b({c});
  b.at(0, {0}, {{"src", "x"}, {"dst", "y"}}).at(4, {1}, {{"src", "y"}, {"dst", "z"}});
  EXPECT_TRUE(b.began.empty());
  b.at(5, {1}, {{"src", "y"}, {"dst", "x"}});
  ASSERT_EQ(b.times(), Times{5});
  EXPECT_EQ(b.began[0].group, (std::vector<std::string>{"y", "x"}));
}

TEST(Correlator, OneEventInTwoGroupsThroughAliases) {
  auto c = rule(Type::EventCount, {"r0", "r1"}, {"who"}, 10, {{Op::Gte, 1}});
  c.aliases["who"] = {{"r0", "u"}, {"r1", "h"}};
  Bench b({c});
  b.at(0, {0, 1}, {{"u", "x"}, {"h", "y"}});
  EXPECT_EQ(b.began.size(), 2u);
}

TEST(Correlator, LongInnerEpisode) {
  const std::vector<Correlation> chain{rule(Type::EventCount, {"r0"}, {"u", "h"}, 100, {{Op::Gte, 3}}),
                                       rule(Type::TemporalOrdered, {"c0", "r1"}, {"u"}, 50)};
  Bench b(chain);
  for (int i = 0; i < 40; ++i) b.at(i * 10, {0}, {{"u", "a"}, {"h", "x"}});
  b.at(400, {1}, {{"u", "b"}});
  EXPECT_TRUE(b.times(1).empty());
  b.at(401, {1}, {{"u", "a"}});
  ASSERT_EQ(b.times(1), Times{401});
  EXPECT_EQ(b.times(0).size(), 1u);
  const Fired& outer = b.began.back();
  EXPECT_EQ(outer.events, (std::vector<EventId>{{kEpisodeSource, b.began[0].episode}, {0, 41}}));
}

TEST(Correlator, CountingInnerEpisodes) {
  const std::vector<Correlation> chain{rule(Type::EventCount, {"r0"}, {"u"}, 10, {{Op::Gte, 3}}),
                                       rule(Type::EventCount, {"c0"}, {"u"}, 1000, {{Op::Gte, 2}})};
  Bench b(chain);
  for (int i = 0; i < 8; ++i) b.at(i, {0}, {{"u", "a"}});
  EXPECT_TRUE(b.times(1).empty());
  for (int i = 0; i < 8; ++i) b.at(100 + i, {0}, {{"u", "a"}});
  EXPECT_EQ(b.times(1), Times{102});
}

TEST(Correlator, OuterOnesReadInnerGroupsAndTheEvent) {
  auto inner = rule(Type::EventCount, {"r0"}, {"who"}, 10, {{Op::Gte, 1}});
  inner.aliases["who"] = {{"r0", "u"}};
  auto middle = rule(Type::Temporal, {"c0"}, {}, 10);
  auto outer = rule(Type::ValueCount, {"c1"}, {"person"}, 10, {{Op::Gte, 2}}, {"h"});
  outer.aliases["person"] = {{"c1", "who"}};
  Bench b({inner, middle, outer});
  b.at(1, {0}, {{"u", "a"}, {"h", "1"}}).at(2, {0}, {{"u", "a"}, {"h", "2"}});
  ASSERT_EQ(b.times(2), Times{2});
  EXPECT_EQ(b.began.back().group, std::vector<std::string>{"a"});
}

TEST(Correlator, GroupsAreBounded) {
  CorrelatorOptions options;
  options.max_groups = 10;
  Bench b({rule(Type::EventCount, {"r0"}, {"u"}, 1'000'000, {{Op::Gte, 2}})}, options);
  for (int i = 0; i < 100; ++i)
    b.at(i * 2, {0}, {{"u", "g" + std::to_string(i)}}).at(i * 2 + 1, {0}, {{"u", "g" + std::to_string(i)}});
  EXPECT_EQ(b.began.size(), 100u);
  EXPECT_EQ(b.ended.size(), 90u);
  EXPECT_EQ(b.correlator().counts(0).evicted_groups, 90u);
  EXPECT_EQ(b.correlator().counts(0).evicted_events, 180u);
  EXPECT_EQ(b.ended[0].group[0], "g0");
  b.correlator().finish();
  EXPECT_EQ(b.ended.size(), 100u);
}

TEST(Correlator, TheBusyGroupSurvivesEviction) {
  CorrelatorOptions options;
  options.max_groups = 4;
  Bench b({rule(Type::EventCount, {"r0"}, {"u"}, 1'000'000, {{Op::Gte, 50}})}, options);
  for (int i = 0; i < 50; ++i)
    b.at(i * 2, {0}, {{"u", "busy"}}).at(i * 2 + 1, {0}, {{"u", "noise" + std::to_string(i)}});
  EXPECT_EQ(b.times(), Times{98});
}

TEST(Correlator, EventsAreBounded) {
  CorrelatorOptions options;
  options.max_events = 100;
  Bench b({rule(Type::ValueCount, {"r0"}, {"u"}, 1'000'000, {{Op::Gte, 100}}, {"n"})}, options);
  for (int i = 0; i < 60; ++i) b.at(i, {0}, {{"u", "a"}, {"n", std::to_string(i)}});
  for (int i = 0; i < 150; ++i) b.at(100 + i, {0}, {{"u", "b"}, {"n", std::to_string(i)}});
  EXPECT_EQ(b.times(), Times{199});
  EXPECT_EQ(b.correlator().counts(0).evicted_groups, 1u);
  EXPECT_EQ(b.correlator().counts(0).evicted_events, 60u + 50u);
}

TEST(Correlator, QuietGroupsAreForgotten) {
  Bench b({rule(Type::EventCount, {"r0"}, {"u"}, 10, {{Op::Gte, 1}})});
  for (int i = 0; i < 1000; ++i) b.at(i * 5, {0}, {{"u", "g" + std::to_string(i)}});
  EXPECT_GE(b.ended.size(), 990u);
  std::string saved;
  b.correlator().save(saved);
  EXPECT_LT(saved.size(), 2'000u);
}

TEST(Correlator, LongTextsStayApart) {
  Bench b({rule(Type::ValueCount, {"r0"}, {"h"}, 100, {{Op::Gte, 2}}, {"u"})});
  const std::string common(5'000, 'x');
  b.at(1, {0}, {{"h", common}, {"u", common + "a"}}).at(2, {0}, {{"h", common}, {"u", common + "b"}});
  ASSERT_EQ(b.times(), Times{2});
  EXPECT_LE(b.began[0].group[0].size(), kTextBytes);
}

TEST(Correlator, ListsTheFirstEventsAndCountsAll) {
  CorrelatorOptions options;
  options.events_listed = 3;
  Bench b({rule(Type::EventCount, {"r0"}, {}, 100, {{Op::Gte, 5}})}, options);
  for (int i = 0; i < 9; ++i) b.at(i, {0});
  b.correlator().finish();
  ASSERT_EQ(b.ended.size(), 1u);
  EXPECT_EQ(b.ended[0].events, (std::vector<EventId>{{0, 0}, {0, 1}, {0, 2}}));
  EXPECT_EQ(b.ended[0].event_count, 9u);
}

TEST(CorrelatorState, RefusesDamageAndOtherVersions) {
  naive::Choices choose(42);
  const naive::Scenario s = naive::make_scenario(choose, 60);
  const auto plan = naive::plan_of(s);
  Correlator from(plan, {}, {});
  for (const auto& e : s.events) naive::feed(from, *plan, e);
  std::string saved;
  from.save(saved);
  Correlator to(plan, {}, {});
  ASSERT_TRUE(to.load(saved));
  std::string again;
  to.save(again);
  EXPECT_EQ(again, saved);
  for (std::size_t n = 0; n < saved.size(); ++n) EXPECT_FALSE(to.load(std::string_view(saved).substr(0, n))) << n;
  for (std::size_t n = 0; n < saved.size(); ++n) {
    for (const int bit : {0, 3, 7}) {
      std::string damaged = saved;
      damaged[n] = static_cast<char>(damaged[n] ^ (1 << bit));
      if (to.load(damaged)) to.finish();  // whatever was accepted must be usable
    }
  }
  std::string other = saved;
  other[18] = 9;
  ASSERT_FALSE(to.load(other));
  EXPECT_EQ(to.load(other).error().code, Code::Unsupported);
}

TEST(CorrelatorState, KeepsWhatTheNewPlanStillHas) {
  const auto kept = rule(Type::EventCount, {"r0"}, {"u"}, 100, {{Op::Gte, 3}});
  auto changed = kept;
  changed.timespan = 200;
  Bench before({kept, rule(Type::EventCount, {"r1"}, {}, 100, {{Op::Gte, 3}})});
  before.at(1, {0}, {{"u", "a"}}).at(2, {0}, {{"u", "a"}});
  std::string saved;
  before.correlator().save(saved);
  Bench after({changed, kept});
  const auto dropped = after.correlator().load(saved);
  ASSERT_TRUE(dropped);
  EXPECT_EQ(*dropped, 1u);
  after.at(3, {0}, {{"u", "a"}});
  EXPECT_TRUE(after.times(0).empty());
  EXPECT_EQ(after.times(1), Times{3});
}

}  // namespace
}  // namespace custos::rules::correlation
