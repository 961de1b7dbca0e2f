#include "correlate/grouping/grouping.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "correlate/grouping/links.h"
#include "correlate/made_up_test.h"

namespace custos::correlate {
namespace grouping_tests {

using testing::by_name;
using testing::kHour;
using testing::Scene;

// Which items are together, as lists by first item.
std::vector<std::vector<std::size_t>> together(const Scene& scene, const Surroundings& around = by_name()) {
  std::vector<std::vector<std::size_t>> out;
  for (const Group& g : group(scene.items(), around)) {
    EXPECT_EQ(g.items.size(), g.why.size());
    EXPECT_TRUE(g.why[0].empty());
    for (std::size_t i = 1; i < g.why.size(); ++i) EXPECT_FALSE(g.why[i].empty());
    out.push_back(g.items);
  }
  return out;
}

using Groups = std::vector<std::vector<std::size_t>>;

TEST(Grouping, TheSameComputerTiesForTwoWeeksIfItIsSomebodysOwn) {
  Scene s;
  s.add(0, Level::Medium, "a", {"host ws-1"});
  s.add(13 * 24, Level::High, "b", {"host ws-1"});
  s.add(28 * 24, Level::High, "c", {"host ws-1"});
  EXPECT_EQ(together(s), (Groups{{0, 1}, {2}}));
}

TEST(Grouping, AServerTiesForHalfADayAndAGatewayForAnHour) {
  Scene s;
  s.add(0, Level::Medium, "a", {"host srv-1"});
  s.add(0.1, Level::Medium, "b", {"host gw-1"});
  s.add(2, Level::Medium, "c", {"host gw-1"});
  s.add(11, Level::Medium, "d", {"host srv-1"});
  s.add(24, Level::Medium, "e", {"host srv-1"});
  EXPECT_EQ(together(s), (Groups{{0, 3}, {1}, {2}, {4}}));
}

TEST(Grouping, NearnessInTimeAloneTiesNothing) {
  Scene s;
  s.add(0, Level::Critical, "a", {"host ws-1", "account court\\m"});
  s.add(0, Level::Critical, "a", {"host ws-2", "account court\\n"});
  s.add(0, Level::Critical, "a", {});
  EXPECT_EQ(together(s).size(), 3u);
}

TEST(Grouping, AStolenAccountLeadsFromComputerToComputer) {
  Scene s;
  s.add(0, Level::High, "dump", {"host ws-1", "account court\\m"});
  s.add(30, Level::Medium, "share", {"host srv-1", "account court\\adm", "from host ws-1"});
  s.add(60, Level::Medium, "task", {"host srv-2", "account court\\adm"});
  EXPECT_EQ(together(s), (Groups{{0, 1, 2}}));
}

// Two intruders at once, on the same server within hours: one has nothing to do with the other.
TEST(Grouping, TwoIntrudersOnOneServerStayTwo) {
  Scene s;
  s.add(0, Level::High, "a", {"host ws-1", "account court\\m"});
  s.add(1, Level::High, "a", {"host ws-2", "account court\\n"});
  s.add(2, Level::High, "b", {"host srv-1", "account court\\m"});
  s.add(3, Level::High, "b", {"host srv-1", "account court\\n"});
  s.add(4, Level::Medium, "c", {"host gw-1", "host srv-1"});
  const Groups all = together(s);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0], (std::vector<std::size_t>{0, 2}));
}

TEST(Grouping, OneFindingThatNamesBothBringsTwoTogether) {
  Scene s;
  s.add(0, Level::Medium, "a", {"host ws-1"});
  s.add(1, Level::Medium, "b", {"host ws-2"});
  s.add(2, Level::Medium, "c", {"host ws-2", "from host ws-1"});
  EXPECT_EQ(together(s), (Groups{{0, 1, 2}}));
}

TEST(Grouping, WhatIsSlightJoinsAndNeverBringsTogether) {
  Scene s;
  s.add(0, Level::Low, "before", {"host ws-1"});
  s.add(1, Level::Medium, "a", {"host ws-1"});
  s.add(1, Level::Medium, "b", {"host ws-2"});
  s.add(2, Level::Low, "both", {"host ws-1", "host ws-2"});
  s.add(20 * 24, Level::Low, "late", {"host ws-1"});
  s.add(21 * 24, Level::Low, "late", {"host ws-1"});
  const Groups all = together(s);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_TRUE(std::find(all.begin(), all.end(), std::vector<std::size_t>{4, 5}) != all.end());
  EXPECT_EQ(all[0].size() + all[1].size(), 4u);
}

TEST(Grouping, StolenKeysExplainAccountsThatAStrangerUses) {
  Surroundings around = by_name();
  around.first_seen = [](std::string_view, std::string_view value) { return testing::kStart + (value == "198.51.100.1" ? 50 : -50) * kHour; };
  for (const bool theft : {true, false}) {
    Scene s;
    s.add(0, Level::Critical, "replication", {"host srv-dc", "account court\\adm"}, {"credential_access"}, {theft ? "T1003.006" : "T1003.001"});
    s.add(60, Level::Low, "mail", {"account court\\a", "from address 198.51.100.1"});
    s.add(61, Level::Low, "mail", {"account court\\b", "from address 198.51.100.1"});
    s.add(62, Level::Low, "mail", {"account court\\a", "from address 192.0.2.7"});  // seen before
    s.add(63, Level::Low, "mail", {"account court\\c", "from address 192.0.2.7"});
    const Groups all = together(s, around);
    EXPECT_EQ(all[0], theft ? (std::vector<std::size_t>{0, 1, 2}) : (std::vector<std::size_t>{0}));
  }
}

TEST(Grouping, SecretsTakenOnAServerExplainWhoIsUsedThereNext) {
  for (const bool taken : {true, false}) {
    Scene s;
    s.add(0, Level::High, "dump", {"host srv-1", "account court\\m"}, {"credential_access"}, {taken ? "T1003.001" : "T1110"});
    s.add(30, Level::Medium, "share", {"host ws-9", "account court\\adm", "from host srv-1"});
    s.add(8 * 24, Level::Medium, "share", {"host ws-8", "account court\\other", "from host srv-1"});
    EXPECT_EQ(together(s), taken ? (Groups{{0, 1}, {2}}) : (Groups{{0}, {1}, {2}}));
  }
}

TEST(Grouping, WhatTheyPutOnAServerActsAsTheServer) {
  for (const bool came : {true, false}) {
    Scene s;
    s.add(0, Level::Medium, "share", {"host srv-1", "account court\\adm"}, {came ? "lateral_movement" : "persistence"});
    s.add(30, Level::High, "cleared", {"host srv-1"});
    s.add(31, Level::High, "cleared", {"host srv-1", "account court\\somebody"});
    EXPECT_EQ(together(s), came ? (Groups{{0, 1, 2}}) : (Groups{{0}, {1, 2}}));
  }
}

TEST(Grouping, BeingKnockedAtIsNoTie) {
  Scene s;
  s.add(0, Level::Medium, "knock", {"from host ws-1", "to host ws-2"}, {"discovery"});
  s.add(1, Level::Medium, "a", {"host ws-2"});
  s.add(2, Level::Medium, "b", {"host ws-1"});
  EXPECT_EQ(together(s), (Groups{{0, 2}, {1}}));
}

// Every pair of findings compared, grave ones alone: the definition in docs/formats/incidents.md without indexes.
Groups naively(const Scene& scene, const Surroundings& around) {
  const auto& items = scene.items();
  std::vector<std::size_t> of(items.size());
  const auto apart = [&](std::size_t a, std::size_t b) {
    const Finding &x = *items[a].finding, &y = *items[b].finding;
    return std::max<Micros>(0, std::max(y.time - std::max(x.time, x.last_time), x.time - std::max(y.time, y.last_time)));
  };
  for (std::size_t i = 0; i < items.size(); ++i) {
    of[i] = i;
    double best = -1;
    std::size_t group = i;
    bool joins = false;
    std::vector<std::size_t> joined;
    for (const Mention& m : items[i].mentions) {
      const Nature nature = around.nature(m.kind, m.value);
      const bool own = nature == Nature::Personal || m.kind == "process" || m.kind == "session";
      const double weight = m.kind == "process" || m.kind == "session" ? 1 : nature == Nature::Personal ? 0.9 : nature == Nature::Shared ? 0.5 : 0.3;
      for (std::size_t j = 0; j < i; ++j) {
        const auto& theirs = items[j].mentions;
        if (std::none_of(theirs.begin(), theirs.end(), [&](const Mention& o) { return o.key() == m.key(); })) continue;
        const auto strength = strength_of(m, nature, apart(j, i));
        if (!strength) continue;
        const bool may = own || (nature == Nature::Shared && apart(j, i) <= 900 * kSecond);
        if (may) joined.push_back(of[j]);
        if (*strength * weight > best) best = *strength * weight, group = of[j], joins = may;
      }
    }
    of[i] = group;
    if (!joins) continue;
    for (const std::size_t other : joined) {
      const std::size_t keep = std::min(of[i], other), gone = std::max(of[i], other);
      for (std::size_t j = 0; j <= i; ++j) {
        if (of[j] == gone) of[j] = keep;
      }
    }
  }
  std::map<std::size_t, std::vector<std::size_t>> by;
  for (std::size_t i = 0; i < items.size(); ++i) by[of[i]].push_back(i);
  Groups out;
  for (auto& [first, of_it] : by) out.push_back(of_it);
  std::sort(out.begin(), out.end());
  return out;
}

TEST(Grouping, IndexedAsComparedInPairs) {
  std::mt19937 random(7);
  std::size_t groups = 0, items = 0;
  for (int round = 0; round < 300; ++round) {
    Scene s;
    double hour = 0;
    for (int n = 0; n < 40; ++n) {
      hour += static_cast<double>(random() % 1'500) / 100 + 0.0001 * n;
      std::vector<std::string> mentions;
      const auto any = [&](const char* kind, const char* stem, unsigned of) {
        if (random() % 2 == 0) mentions.push_back(fmt::format("{} {}{}", kind, stem, random() % of));
      };
      any("host", "ws-", 12);
      any("account", "court\\u", 12);
      if (random() % 3 == 0) any("host", "srv-", 3);
      if (random() % 5 == 0) any("host", "gw-", 1);
      const std::size_t i = s.add(hour, Level::Medium, "r", mentions);
      if (random() % 6 == 0) s.finding(i).last_time += static_cast<Micros>(random() % 100) * kHour;
    }
    Groups fast = together(s);
    std::sort(fast.begin(), fast.end());
    ASSERT_EQ(fast, naively(s, by_name())) << "round " << round;
    groups += fast.size();
    items += s.items().size();
  }
  EXPECT_GT(groups, 1'500u);  // neither all one nor each alone
  EXPECT_LT(groups, items / 2);
}

}  // namespace grouping_tests
}  // namespace custos::correlate
