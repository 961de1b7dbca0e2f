#include <cmath>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "evaluate/made_up_test.h"

namespace custos::evaluate {
namespace {

using testing::alarms_of;
using testing::kHour;

const Alarm* about(const std::vector<Alarm>& alarms, const std::string& entity, Micros from = 0) {
  for (const Alarm& a : alarms) {
    if (a.entity == entity && a.time >= from) return &a;
  }
  return nullptr;
}

TEST(Sources, HaveNamesTitlesAndFormulas) {
  std::set<std::string_view> names;
  for (const Source* s : sources()) {
    EXPECT_FALSE(s->title.empty());
    EXPECT_FALSE(s->formula.empty());
    EXPECT_TRUE(names.insert(s->name).second);
  }
  for (const char* n : {"random", "volume", "first_seen", "rarity", "three_sigma", "sum_of_risk", "beacon_score", "subdomains", "rules", "random_day", "midas_r"}) {
    EXPECT_TRUE(names.contains(n)) << n;
  }
}

// Labels change nothing: the same recording with other marks gives the same alarms.
TEST(Sources, CannotSeeLabels) {
  const auto build = [](testing::MadeUp& m, int campaign) -> const Scene& {
    for (int d = 0; d < 4; ++d) {
      for (int i = 0; i < 5; ++i) m.add(d * kDay + i * kHour, "h" + std::to_string(i % 2), "k" + std::to_string(d), campaign, "p", 100, "peer", "a.b");
    }
    return m.finish();
  };
  testing::MadeUp benign, attack;
  const Scene& b = build(benign, -1);
  const Scene& a = build(attack, 0);
  for (const Source* s : sources()) {
    const auto x = s->open(1)->alarms(b.recording), y = s->open(1)->alarms(a.recording);
    ASSERT_EQ(x.size(), y.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      EXPECT_EQ(x[i].score, y[i].score);
      EXPECT_EQ(x[i].events, y[i].events);
    }
  }
}

TEST(Sources, TakeAnEmptyRecording) {
  testing::MadeUp m;
  const Scene& s = m.finish();
  for (const Source* source : sources()) EXPECT_TRUE(source->open(1)->alarms(s.recording).empty()) << source->name;
}

TEST(Random, SeedsDecide) {
  testing::MadeUp m;
  for (int i = 0; i < 50; ++i) m.add(2 * kDay + i, "h" + std::to_string(i), "k");
  const Scene& s = m.finish();
  const auto once = testing::source_called("random").open(1)->alarms(s.recording), again = testing::source_called("random").open(1)->alarms(s.recording);
  const auto other = testing::source_called("random").open(2)->alarms(s.recording);
  ASSERT_EQ(once.size(), 50u);
  EXPECT_EQ(once[7].score, again[7].score);
  EXPECT_NE(once[7].score, other[7].score);
  EXPECT_NEAR(once[7].p, 1 - once[7].score, 1e-12);
}

TEST(Volume, IsTheCountAgainstTheCalibrationDays) {
  testing::MadeUp m;
  for (int i = 0; i < 9; ++i) {  // nine groups of 1 to 9 events on the day of calibration
    for (int n = 0; n <= i; ++n) m.add(kDay + n, "c" + std::to_string(i), "k");
  }
  for (int n = 0; n < 8; ++n) m.add(2 * kDay + n, "t", "k");
  for (int n = 0; n < 50; ++n) m.add(n, "learned", "k");  // no reference
  const auto alarms = alarms_of("volume", m.finish());
  ASSERT_EQ(alarms.size(), 1u);
  EXPECT_EQ(alarms[0].score, 8);
  EXPECT_DOUBLE_EQ(alarms[0].p, 3.0 / 10);  // 8 and 9 are at least as many
}

TEST(Rarity, FollowsItsFormula) {
  testing::MadeUp m;
  for (int n = 0; n < 3; ++n) m.add(n, "a", "common");
  m.add(kDay, "a", "common");
  m.add(kDay + 1, "b", "common");
  for (int n = 0; n < 2; ++n) m.add(2 * kDay + n, "a", "common");
  m.add(2 * kDay + 5, "b", "new");
  m.add(2 * kDay + 6, "c", "new");
  const auto alarms = alarms_of("rarity", m.finish());
  ASSERT_EQ(alarms.size(), 3u);
  // Before: three groups, all common; the unit "a common" had 3 and 1 events, one of which is at least 2.
  EXPECT_NEAR(about(alarms, "a common")->score, -std::log(4.0 / 4) - std::log(2.0 / 3), 1e-12);
  EXPECT_NEAR(about(alarms, "a common")->p, 2.0 / 3, 1e-12);
  // Four groups before, none of the kind; then five, one of the kind: the same news a second time is worth less.
  EXPECT_NEAR(about(alarms, "b new")->score, -std::log(1.0 / 5), 1e-12);
  EXPECT_NEAR(about(alarms, "c new")->score, -std::log(2.0 / 6), 1e-12);
}

TEST(FirstSeen, OnceAnEdgeAndNotWhatWasLearned) {
  testing::MadeUp m;
  m.add(0, "a", "k", -1, "p", 0, "x");
  m.add(kDay, "a", "k", -1, "p", 0, "y");
  m.add(2 * kDay, "a", "k", -1, "p", 0, "x");
  m.add(2 * kDay + 1, "a", "k", -1, "p", 0, "y");
  m.add(2 * kDay + 2, "a", "k", -1, "p", 0, "z");
  m.add(2 * kDay + 3, "a", "k", -1, "p", 0, "z");
  m.add(3 * kDay, "a", "k", -1, "p", 0, "z");
  const auto alarms = alarms_of("first_seen", m.finish());
  ASSERT_EQ(alarms.size(), 1u);
  EXPECT_EQ(alarms[0].time, 2 * kDay + 2);
  EXPECT_EQ(alarms[0].events, (std::vector<std::uint32_t>{4, 5}));  // of that day
}

TEST(ThreeSigma, ComparesWithTheEntitysEarlierDays) {
  testing::MadeUp m;
  for (int d = 0; d < 2; ++d) {
    for (int n = 0; n < 4; ++n) m.add(d * kDay + n, "steady", "k");
  }
  for (int n = 0; n < 100; ++n) m.add(2 * kDay + n, "steady", "k");
  for (int n = 0; n < 3; ++n) m.add(2 * kDay + n, "unknown", "k");
  const auto alarms = alarms_of("three_sigma", m.finish());
  ASSERT_EQ(alarms.size(), 2u);
  EXPECT_DOUBLE_EQ(about(alarms, "steady")->score, (100 - 4) / 2.0);  // mean 4; sd 0, so sqrt(4)
  EXPECT_TRUE(about(alarms, "steady")->raised);
  EXPECT_DOUBLE_EQ(about(alarms, "unknown")->score, 3);
  EXPECT_FALSE(about(alarms, "unknown")->raised);             // not more than 3
  EXPECT_NEAR(about(alarms, "unknown")->p, 0.0013499, 1e-6);  // the normal tail at 3
}

TEST(ThreeSigma, TakesBytesWhereThereAreSome) {
  testing::MadeUp m;
  m.add(0, "a", "k", -1, "p", 100);
  m.add(kDay, "a", "k", -1, "p", 300);
  m.add(2 * kDay, "a", "k", -1, "p", 700);
  const auto alarms = alarms_of("three_sigma", m.finish());
  ASSERT_EQ(alarms.size(), 1u);
  EXPECT_DOUBLE_EQ(alarms[0].score, (700 - 200) / 100.0);
}

Scene& with_hits(testing::MadeUp& m) {
  const auto rule = [](const char* title, Level level) {
    auto f = std::make_shared<RuleFacts>();
    f->title = title;
    f->level = level;
    return f;
  };
  const auto low = m.scene.recording.add_rule(rule("low one", Level::Low)), critical = m.scene.recording.add_rule(rule("critical one", Level::Critical));
  m.add(0, "a", "k");
  m.add(2 * kDay, "a", "k");
  m.add(2 * kDay + 1, "a", "k");
  m.add(2 * kDay + 2, "b", "k");
  for (const std::uint32_t event : {0u, 1u, 2u}) m.scene.recording.add_hit(event, low);
  m.scene.recording.add_hit(2, critical);
  return m.finish();
}

TEST(SumOfRisk, AddsUpLevels) {
  testing::MadeUp m;
  const auto alarms = alarms_of("sum_of_risk", with_hits(m));
  ASSERT_EQ(alarms.size(), 1u);  // nothing of b, nothing of the learning day
  EXPECT_EQ(alarms[0].entity, "a");
  EXPECT_EQ(alarms[0].score, 3 + 3 + 100);
  EXPECT_EQ(alarms[0].events.size(), 2u);
}

TEST(SumOfRisk, WithoutAPartThatPartAddsNothing) {
  testing::MadeUp m;
  const Scene& s = with_hits(m);
  const Source& source = testing::source_called("sum_of_risk");
  ASSERT_NE(source.open_without, nullptr);
  std::map<std::string_view, double> sums;
  for (std::size_t part = 0; part < source.parts.size(); ++part) {
    const auto alarms = source.open_without(1, part)->alarms(s.recording);
    sums[source.parts[part]] = alarms.empty() ? 0 : alarms[0].score;
  }
  EXPECT_EQ(sums, (std::map<std::string_view, double>{{"informational", 106}, {"low", 100}, {"medium", 106}, {"high", 106}, {"critical", 6}, {"alerts of other tools", 106}}));
}

TEST(SumOfRisk, AlertsOfOtherToolsAreAPartToo) {
  Recording r;
  Observation o;
  o.time = 2 * kDay;
  o.risk = 7;
  r.add(o);
  std::vector<std::uint32_t> moved;
  r.finish(testing::four_days(), kDay, moved);
  const Source& source = testing::source_called("sum_of_risk");
  for (std::size_t part = 0; part < source.parts.size(); ++part) {
    EXPECT_EQ(source.open_without(1, part)->alarms(r).size(), source.parts[part] == "alerts of other tools" ? 0u : 1u);
  }
}

TEST(Sources, ThatHavePartsCanBeRunWithoutThem) {
  for (const Source* s : sources()) EXPECT_EQ(s->parts.empty(), s->open_without == nullptr) << s->name;
}

TEST(Rules, OneAlarmARuleUnitAndBucket) {
  testing::MadeUp m;
  const auto alarms = alarms_of("rules", with_hits(m));
  ASSERT_EQ(alarms.size(), 2u);
  for (const Alarm& a : alarms) {
    EXPECT_EQ(a.events.size(), a.what == "low one" ? 2u : 1u);
    EXPECT_EQ(a.score, a.what == "low one" ? 2 : 5);
  }
}

TEST(Subdomains, AHundredDifferentOnes) {
  testing::MadeUp m;
  for (int i = 0; i < 99; ++i) m.add(2 * kDay + i, "few", "d", -1, "p", 0, "", std::to_string(i) + ".d");
  for (int i = 0; i < 300; ++i) m.add(2 * kDay + i, "same", "d", -1, "p", 0, "", "www.d");
  for (int i = 0; i < 100; ++i) m.add(2 * kDay + i, "many", "d", -1, "p", 0, "", std::to_string(i) + ".d");
  const auto alarms = alarms_of("subdomains", m.finish());
  ASSERT_EQ(alarms.size(), 1u);
  EXPECT_EQ(alarms[0].entity, "many d");
  EXPECT_EQ(alarms[0].score, 100);
}

TEST(BeaconScore, RanksAClockAboveChance) {
  testing::MadeUp m;
  m.add(2 * kDay, "edge", "k", -1, "p", 1, "x");
  std::uint64_t state = 1;
  for (int i = 0; i < 288; ++i) {
    m.add(2 * kDay + i * 300 * kSecond, "clock", "k", -1, "p", 400, "x");
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    m.add(2 * kDay + static_cast<Micros>(state >> 40) % 86'400 * kSecond, "human", "k", -1, "p", static_cast<double>((state >> 20) % 50'000), "x");
  }
  const auto alarms = alarms_of("beacon_score", m.finish());
  ASSERT_NE(about(alarms, "clock k"), nullptr);
  EXPECT_GT(about(alarms, "clock k")->score, 0.99);
  const Alarm* human = about(alarms, "human k");
  EXPECT_LT(human == nullptr ? 0 : human->score, 0.8);
}

}  // namespace
}  // namespace custos::evaluate
