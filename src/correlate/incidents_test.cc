#include "correlate/incidents.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "correlate/made_up_test.h"

namespace custos::correlate {
namespace incident_tests {

using testing::by_name;
using testing::Scene;

Correlated run(const Scene& scene, double budget = 5) { return correlate(scene.items(), by_name(), {budget}); }

// A whole intrusion, a month of one slight finding a day elsewhere, and a medium rule that fires everywhere.
Scene intrusion() {
  Scene s;
  s.add(1, Level::Medium, "attachment", {"host ws-1", "account court\\m"}, {"initial_access"}, {"T1566.001"});
  s.add(2, Level::Low, "whoami", {"host ws-1", "account court\\m"}, {"discovery"}, {"T1033"});
  s.add(30, Level::High, "dump", {"host ws-1", "account court\\m"}, {"credential_access"}, {"T1003.001"});
  s.add(31, Level::High, "dump", {"host ws-1", "account court\\m"}, {"credential_access"}, {"T1003.001"});
  s.add(50, Level::Medium, "share", {"host srv-1", "account court\\adm", "from host ws-1"}, {"lateral_movement"}, {"T1021.002"});
  s.add(150, Level::Medium, "packed", {"host ws-1", "account court\\m"}, {"collection"}, {"T1560.001"});
  s.add(151, Level::Medium, "sent", {"host ws-1", "to address 203.0.113.9"}, {"exfiltration"}, {"T1048"});
  for (int day = 7; day < 30; ++day) s.add(day * 24, Level::Low, "mistyped", {"host ws-7"}, {"credential_access"});
  for (int n = 0; n < 3; ++n) s.add(720 + n, Level::Medium, "everywhere", {fmt::format("host ws-2{}", n)}, {"discovery"});
  return s;
}

TEST(Incidents, OneIntrusionIsOneAndWhatIsEverywhereIsNone) {
  const Scene scene = intrusion();
  const Correlated c = run(scene);
  ASSERT_EQ(c.incidents.size(), 1u);
  EXPECT_EQ(c.alone, 26u);
  const Incident& i = c.incidents[0];
  EXPECT_TRUE(i.within_budget);
  EXPECT_EQ(i.level, Level::High);
  EXPECT_EQ(i.title, "dump on ws-1, and 1 more computer");
  EXPECT_EQ(i.evidence.size(), 7u);
  EXPECT_EQ(i.evidence[0].why, "");
  EXPECT_EQ(i.evidence[4].why, "the same computer ws-1, 19 hours before");
  // It reached 4 points with its first: medium, and nowhere else.
  EXPECT_EQ(i.raised, testing::kStart + testing::kHour);
  // The slight one is no stage.
  std::string stages;
  for (const StageSeen& s : i.stages) stages += std::string(stage_name(s.stage)) + ";";
  EXPECT_EQ(stages, "initial access;credential access;lateral movement;collection;exfiltration;");
  EXPECT_EQ(i.objectives[0].name, "espionage");
  std::string gaps;
  for (const MissingStage& g : i.gaps) gaps += std::string(stage_name(g.stage)) + ";";
  EXPECT_EQ(gaps, "command and control;persistence;");
}

TEST(Incidents, EverythingSaidRestsOnEvidence) {
  const Scene scene = intrusion();
  const Incident i = run(scene).incidents.at(0);
  const auto sound = [&](const EvidenceNumbers& n) {
    return std::all_of(n.begin(), n.end(), [&](std::uint32_t x) { return x >= 1 && x <= i.evidence.size(); });
  };
  std::vector<bool> told(i.evidence.size() + 1);
  Micros before = kNoTime;
  for (const Sentence& s : i.story) {
    EXPECT_TRUE(sound(s.evidence) && !s.evidence.empty()) << s.text;
    EXPECT_GE(s.time, before);
    before = s.time;
    for (const std::uint32_t n : s.evidence) told[n] = true;
  }
  EXPECT_EQ(std::count(told.begin() + 1, told.end(), false), 0);  // nothing is left out of the story
  EXPECT_EQ(i.story.size(), 6u);                                  // the two of one act are one
  double all = 0;
  for (const Objective& o : i.objectives) {
    all += o.share;
    for (const auto* side : {&o.in_favour, &o.against}) {
      for (const Ground& g : *side) EXPECT_TRUE(sound(g.evidence) && g.weight > 0 && !g.text.empty());
    }
  }
  EXPECT_NEAR(all, 1, 1e-9);
  for (const IncidentEntity& e : i.entities) EXPECT_TRUE(sound(e.evidence) && !e.evidence.empty());
}

TEST(Incidents, GiveEverybodyARole) {
  const Scene scene = intrusion();
  std::map<std::string, std::string> roles;
  const Incident i = run(scene).incidents.at(0);
  for (const IncidentEntity& e : i.entities) roles[e.value] = e.role;
  EXPECT_EQ(roles, (std::map<std::string, std::string>{{"ws-1", "foothold"},
                                                       {"srv-1", "reached"},
                                                       {"court\\m", "first account"},
                                                       {"court\\adm", "stolen account"},
                                                       {"203.0.113.9", "destination"}}));
}

TEST(Incidents, OneOfOursIsWeighedAsOneOfOurs) {
  Scene s;
  for (int day = 0; day < 6; ++day) s.add(day * 24, Level::Medium, fmt::format("packed {}", day % 2), {"host ws-1", "account court\\m"}, {"collection"}, {"T1560"});
  const Incident i = run(s).incidents.at(0);
  EXPECT_EQ(i.objectives[0].name, "insider collection");
  for (const MissingStage& g : i.gaps) EXPECT_EQ(g.stage, Stage::Exfiltration);  // nobody asks how they got in
}

TEST(Incidents, LaterLogsExtendAndKeepTheName) {
  const Scene whole = intrusion();
  const std::string id = run(whole).incidents.at(0).id;
  for (const std::size_t n : {1u, 3u, 5u, 7u, 30u}) {
    const Correlated part = correlate(std::span(whole.items()).first(n), by_name(), {5});
    ASSERT_FALSE(part.incidents.empty()) << n;
    EXPECT_EQ(part.incidents[0].id, id) << n;
  }
}

TEST(Incidents, TheBudgetOfADayGoesToTheGravest) {
  Scene s;
  for (int n = 0; n < 8; ++n) s.add(1 + 0.1 * n, n % 2 == 0 ? Level::High : Level::Critical, fmt::format("r{}", n), {fmt::format("host ws-{}", n)}, {"impact"});
  s.add(25, Level::High, "next day", {"host ws-99"}, {"impact"});
  for (const auto& [budget, within] : std::vector<std::pair<double, int>>{{5, 6}, {1, 2}, {0.5, 1}}) {
    const Correlated c = run(s, budget);
    EXPECT_EQ(c.incidents.size(), 9u);
    EXPECT_EQ(std::count_if(c.incidents.begin(), c.incidents.end(), [](const Incident& i) { return i.within_budget; }), within) << budget;
    EXPECT_TRUE(std::is_partitioned(c.incidents.begin(), c.incidents.end(), [](const Incident& i) { return i.within_budget; }));
    EXPECT_EQ(c.incidents[0].level, Level::Critical);
  }
}

TEST(Incidents, WhatIsExplainedRaisesNothing) {
  Scene s;
  s.add(1, Level::Critical, "knock", {"from host scan-1"}, {"discovery"});
  std::vector<Item> items = s.items();
  EXPECT_EQ(correlate(items, by_name(), {5}).incidents.size(), 1u);
  items[0].explained = "scan-1 is the institution's scanner";
  EXPECT_TRUE(correlate(items, by_name(), {5}).incidents.empty());
}

TEST(Incidents, AHabitIsNoIncident) {
  Scene s;
  for (int day = 0; day < 10; ++day) s.add(day * 24, Level::Medium, "burst", {"host ws-1", "account court\\admin"}, {"discovery"});
  EXPECT_TRUE(run(s).incidents.empty());
  Scene once;
  once.add(0, Level::Medium, "burst", {"host ws-1", "account court\\admin"}, {"discovery"});
  EXPECT_EQ(run(once).incidents.size(), 1u);
}

TEST(Incidents, FindingsWithoutATimeAreTold) {
  Scene s;
  s.add(0, Level::High, "a", {"host ws-1"});
  s.finding(0).time = s.finding(0).last_time = kNoTime;
  const Correlated c = run(s);
  ASSERT_EQ(c.incidents.size(), 1u);
  EXPECT_EQ(c.incidents[0].first, kNoTime);
}

}  // namespace incident_tests
}  // namespace custos::correlate
