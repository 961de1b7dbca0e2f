#include "correlate/naming.h"

#include <gtest/gtest.h>

namespace custos::correlate {
namespace naming_tests {

std::vector<Incident> with(const std::vector<std::vector<std::string>>& findings) {
  std::vector<Incident> out;
  for (const auto& of : findings) {
    Incident& i = out.emplace_back();
    i.id = "new-" + std::to_string(out.size());
    for (const std::string& f : of) i.evidence.emplace_back().finding = f;
  }
  return out;
}

TEST(Naming, WhatHasNothingOfTheOldKeepsItsOwn) {
  auto i = with({{"a", "b"}});
  keep_names(i, std::vector<KnownIncident>{{"old", {"x"}}});
  EXPECT_EQ(i[0].id, "new-1");
  EXPECT_TRUE(i[0].was.empty());
}

TEST(Naming, AnEarlierBeginningChangesNoName) {
  auto i = with({{"earlier", "a", "b", "c"}, {"z"}});
  keep_names(i, std::vector<KnownIncident>{{"old", {"a", "b"}}});
  EXPECT_EQ(i[0].id, "old");
  EXPECT_EQ(i[1].id, "new-2");
}

TEST(Naming, TwoThatTurnOutToBeOneTakeTheOldestName) {
  auto i = with({{"a", "bridge", "b"}});
  keep_names(i, std::vector<KnownIncident>{{"first", {"b"}}, {"second", {"a"}}});
  EXPECT_EQ(i[0].id, "first");
  EXPECT_EQ(i[0].was, (std::vector<std::string>{"second"}));
}

TEST(Naming, OneThatComesApartNamesItsLargerPart) {
  auto i = with({{"a"}, {"b", "c"}});
  keep_names(i, std::vector<KnownIncident>{{"old", {"a", "b", "c"}}});
  EXPECT_EQ(i[0].id, "new-1");
  EXPECT_EQ(i[1].id, "old");
}

TEST(Naming, NoTwoHaveOneName) {
  auto i = with({{"a"}, {"b", "c"}});
  i[0].id = "old";  // as its first finding makes it
  keep_names(i, std::vector<KnownIncident>{{"old", {"a", "b", "c"}}});
  EXPECT_EQ(i[1].id, "old");
  EXPECT_EQ(i[0].id.size(), 16u);
}

}  // namespace naming_tests
}  // namespace custos::correlate
