#include "evaluate/variant.h"

#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "evaluate/figures.h"
#include "evaluate/made_up_test.h"

namespace custos::evaluate {
namespace {

// 40 hosts, one event an hour on four days; every third event is of the log "b". An attack on h3 runs on the third day.
Scene& scene_of(testing::MadeUp& m) {
  std::uint32_t event = 0;
  for (int hour = 0; hour < 96; ++hour) {
    for (int host = 0; host < 40; ++host) {
      const bool attack = host == 3 && hour >= 50 && hour < 53;
      Observation o;
      o.time = hour * testing::kHour + host * kSecond;
      o.event = event++;
      o.unit = o.entity = m.scene.recording.intern("h" + std::to_string(host));
      o.kind = m.scene.recording.intern("k");
      o.log = m.scene.recording.intern(o.event % 3 == 0 ? "b" : "a");
      m.scene.recording.add(o);
      if (attack) m.scene.truth.marks.push_back({o.event, 0, 0});
    }
  }
  m.scene.truth.campaigns.push_back({"c", {"p"}, {}});
  return m.finish();
}

// By event, the times it has.
std::multimap<std::uint32_t, Micros> times_of(const Recording& r) {
  std::multimap<std::uint32_t, Micros> out;
  for (const Observation& o : r.observations()) out.emplace(o.event, o.time);
  return out;
}

void expect_origins(const Recording& full, const Variant& v) {
  ASSERT_EQ(v.origin.size(), v.recording.observations().size());
  for (std::size_t i = 0; i < v.origin.size(); ++i) {
    const Observation a = v.recording.observations()[i], b = full.observations()[v.origin[i]];
    ASSERT_EQ(std::tuple(a.event, a.entity, a.kind, a.log), std::tuple(b.event, b.entity, b.kind, b.log));
    if (i > 0) {
      ASSERT_LE(v.recording.observations()[i - 1].time, a.time);
    }
  }
}

TEST(Variant, WithoutALogNothingOfItIsLeftAndAllOfTheOthers) {
  testing::MadeUp m;
  const Scene& s = scene_of(m);
  const auto logs = logs_of(s.recording);
  ASSERT_EQ(logs.size(), 2u);
  EXPECT_EQ(s.recording.text(logs[0].first), "a");
  EXPECT_EQ(logs[0].second + logs[1].second, s.recording.observations().size());
  const Variant v = without_log(s.recording, logs[1].first);
  EXPECT_EQ(v.recording.observations().size(), logs[0].second);
  EXPECT_EQ(v.changed, logs[1].second);
  for (const Observation& o : v.recording.observations()) EXPECT_EQ(o.log, logs[0].first);
  expect_origins(s.recording, v);
}

TEST(Variant, ClocksShiftATenthOfTheEntitiesEachByItsOwnAmount) {
  testing::MadeUp m;
  const Scene& s = scene_of(m);
  const Variant v = disturbed(s, Disturbance::Clock, 3);
  expect_origins(s.recording, v);
  EXPECT_EQ(v.recording.observations().size(), s.recording.observations().size());
  const auto before = times_of(s.recording), after = times_of(v.recording);
  std::map<TextId, std::set<Micros>> shifts;
  for (const Observation& o : s.recording.observations()) {
    const Micros t = after.find(o.event)->second, edge = s.recording.periods().end - 1;
    if (t != s.recording.periods().begin && t != edge) shifts[o.entity].insert(t - o.time);
  }
  std::size_t wrong = 0;
  std::set<Micros> amounts;
  for (const auto& [entity, of_it] : shifts) {
    ASSERT_EQ(of_it.size(), 1u);
    const Micros shift = std::abs(*of_it.begin());
    if (shift == 0) continue;
    ++wrong;
    amounts.insert(*of_it.begin());
    EXPECT_GE(shift, static_cast<Micros>(kLeastShift) * kSecond);
    EXPECT_LE(shift, static_cast<Micros>(kMostShift) * kSecond);
  }
  EXPECT_GE(wrong, 1u);
  EXPECT_LE(wrong, 10u);  // of 40; 4 are expected
  EXPECT_EQ(amounts.size(), wrong);
  EXPECT_EQ(times_of(disturbed(s, Disturbance::Clock, 3).recording), after);
  EXPECT_NE(times_of(disturbed(s, Disturbance::Clock, 4).recording), after);
}

TEST(Variant, LossTakesAFifthOfTheEventsWithAllTheirObservations) {
  testing::MadeUp m;
  for (int i = 0; i < 5'000; ++i) {
    for (const char* host : {"a", "b"}) {
      Observation o;
      o.time = i;
      o.event = static_cast<std::uint32_t>(i);
      o.unit = o.entity = m.scene.recording.intern(host);
      m.scene.recording.add(o);
    }
  }
  const Scene& s = m.finish();
  const Variant v = disturbed(s, Disturbance::Loss, 1);
  expect_origins(s.recording, v);
  const auto left = times_of(v.recording);
  for (const auto& [event, time] : left) EXPECT_EQ(left.count(event), 2u);
  EXPECT_NEAR(static_cast<double>(left.size()) / 10'000, 0.8, 0.03);
  EXPECT_EQ(v.changed + left.size(), 10'000u);
}

TEST(Variant, NewcomersHaveNothingBeforeTheTestAndAllOfIt) {
  testing::MadeUp m;
  const Scene& s = scene_of(m);
  const Variant v = disturbed(s, Disturbance::Newcomers, 2);
  expect_origins(s.recording, v);
  std::map<TextId, std::pair<int, int>> counts;  // before, in the test
  for (const Observation& o : v.recording.observations()) ++(o.time < s.recording.periods().test ? counts[o.entity].first : counts[o.entity].second);
  std::size_t fresh = 0;
  for (const auto& [entity, n] : counts) {
    EXPECT_EQ(n.second, 48);
    EXPECT_TRUE(n.first == 48 || n.first == 0) << n.first;
    fresh += n.first == 0 ? 1 : 0;
  }
  EXPECT_GE(fresh, 1u);
  EXPECT_LE(fresh, 10u);
}

TEST(Variant, OneEntityAtLeastIsTouched) {
  testing::MadeUp m;
  m.add(0, "only", "k");
  m.add(2 * kDay, "only", "k");
  const Scene& s = m.finish();
  for (std::uint64_t seed = 0; seed < 20; ++seed) EXPECT_EQ(disturbed(s, Disturbance::Newcomers, seed).changed, 1u);
}

TEST(Variant, PoisonCopiesTheAttackIntoTheLearningPeriodAtItsTimeOfDay) {
  testing::MadeUp m;
  const Scene& s = scene_of(m);
  const Variant v = disturbed(s, Disturbance::Poison, 1);
  expect_origins(s.recording, v);
  EXPECT_EQ(v.changed, 3u);
  const auto before = times_of(s.recording), after = times_of(v.recording);
  EXPECT_EQ(after.size(), before.size() + 3);
  for (const Mark& mark : s.truth.marks) {
    const Observation o = s.recording.observations()[mark.observation];
    std::multiset<Micros> times;
    for (auto [it, end] = after.equal_range(o.event); it != end; ++it) times.insert(it->second);
    EXPECT_EQ(times, (std::multiset<Micros>{o.time - 2 * kDay, o.time}));  // learned on day 0
  }
}

TEST(Variant, SaysWhatMakesNoSense) {
  testing::MadeUp m, benign, learnless, brief;
  EXPECT_EQ(makes_no_sense(scene_of(m), Disturbance::Clock), "");
  EXPECT_EQ(makes_no_sense(m.scene, Disturbance::Poison), "");
  benign.add(2 * kDay, "a", "k");
  EXPECT_NE(makes_no_sense(benign.finish(), Disturbance::Poison).find("attack"), std::string::npos);
  learnless.add(5, "a", "k", 0);
  const Scene& l = learnless.finish(kDay, {0, 0, 0, kDay});
  EXPECT_NE(makes_no_sense(l, Disturbance::Poison).find("learning"), std::string::npos);
  EXPECT_NE(makes_no_sense(l, Disturbance::Newcomers), "");
  EXPECT_EQ(makes_no_sense(l, Disturbance::Loss), "");
  EXPECT_NE(makes_no_sense(brief.finish(kDay, {0, 10, 20, testing::kHour}), Disturbance::Clock).find("shorter"), std::string::npos);
}

// A phase that was only in the log that is gone still counts, as one that was not found.
TEST(Variant, WhatIsGoneCountsAsNotFound) {
  testing::MadeUp m;
  Scene& s = scene_of(m);
  Variant v = without_log(s.recording, logs_of(s.recording)[0].first);
  for (const bool whole : {true, false}) {
    auto alarms = testing::source_called("volume").open(1)->alarms(whole ? s.recording : v.recording);
    if (!whole) to_original(v, alarms);
    const SceneOutcome outcome = judge(s, alarms, 1'000);
    ASSERT_EQ(outcome.campaigns.size(), 1u);
    EXPECT_EQ(outcome.campaigns[0].phases.size(), 1u);
    EXPECT_EQ(outcome.true_alarms, 1u);  // its hour 51 is in "b"
  }
  s.truth.marks.erase(std::remove_if(s.truth.marks.begin(), s.truth.marks.end(),
                                     [&](const Mark& mark) { return s.recording.observations()[mark.observation].log != logs_of(s.recording)[0].first; }),
                      s.truth.marks.end());
  ASSERT_FALSE(s.truth.marks.empty());
  std::vector<std::uint32_t> same(s.recording.observations().size());
  for (std::uint32_t i = 0; i < same.size(); ++i) same[i] = i;
  s.truth.finish(same);
  auto alarms = testing::source_called("volume").open(1)->alarms(v.recording);
  to_original(v, alarms);
  const SceneOutcome outcome = judge(s, alarms, 1'000);
  ASSERT_EQ(outcome.campaigns.size(), 1u);
  EXPECT_EQ(outcome.campaigns[0].phases.size(), 1u);
  EXPECT_TRUE(outcome.campaigns[0].found.empty());
}

}  // namespace
}  // namespace custos::evaluate
