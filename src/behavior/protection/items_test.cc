#include "behavior/protection/items.h"

#include <gtest/gtest.h>

namespace custos::behavior::protecting {
namespace {

TEST(Items, StarsAreAnyText) {
  EXPECT_TRUE(matches("a*c", "abbbc"));
  EXPECT_TRUE(matches("a*c", "ac"));
  EXPECT_TRUE(matches("*a*b*", "xaybz"));
  EXPECT_TRUE(matches("*ab", "aab"));
  EXPECT_TRUE(matches("", ""));
  EXPECT_TRUE(matches("**", ""));
  EXPECT_FALSE(matches("", "a"));
  EXPECT_FALSE(matches("a*c", "abcd"));
  EXPECT_FALSE(matches("a*b*c", "acb"));
}

struct Guarded : ::testing::Test {
  Institution known;
  Dictionary texts;
  Guarded() {
    known.confidentialities = {"internal", "secret"};
    known.items.push_back({.id = "w", .confidentiality = "secret", .match = {"\\\\FS1\\Cases\\Witnesses\\*", "*Witnesses.docx"}, .units = {"protection"}, .roles = {"judge"}, .cases = {"c1"}});
    known.items.push_back({.id = "site", .owner = "p9", .match = {"https://s.org/sites/hr/*"}, .people = {"p7"}});
    known.items.push_back({.id = "open", .owner = "p9", .confidentiality = "internal", .match = {"*canteen*"}});
    known.cases.push_back({.id = "c1", .units = {"registry"}});
  }
  std::vector<std::uint32_t> of(Items& items, std::string_view below, std::string_view object) {
    const auto found = items.of(texts.intern(below), texts.intern(object), texts);
    return {found.begin(), found.end()};
  }
  using Found = std::vector<std::uint32_t>;
};

TEST_F(Guarded, PathsMatchInAnyCaseAndWithEitherSlash) {
  Items items(known);
  EXPECT_EQ(of(items, "\\\\fs1\\cases", "witnesses\\a.doc"), Found{0});
  EXPECT_EQ(of(items, "//fs1/cases/", "WITNESSES/a.doc"), Found{0});
  EXPECT_EQ(of(items, "d:\\x", "d:\\x\\witnesses.docx"), Found{0});
  EXPECT_EQ(of(items, "https://s.org/sites/hr/", "https://s.org/sites/hr/a"), Found{1});
  EXPECT_EQ(of(items, "\\\\fs1\\cases", "other\\a.doc"), Found{});
  EXPECT_EQ(of(items, "\\\\fs1\\cases", "witnesses\\canteen"), (Found{0, 2}));
  EXPECT_EQ(of(items, "\\\\fs1\\cases", "witnesses\\a.doc"), Found{0});  // remembered
  EXPECT_EQ(items.weight(0), 2);
  EXPECT_EQ(items.weight(2), 1);
  EXPECT_EQ(items.weight(1), 1);
}

TEST_F(Guarded, WhoseWorkItIs) {
  const Items items(known);
  EXPECT_TRUE(items.called_for({.id = "x", .unit = "Protection"}, 0, 5));
  EXPECT_TRUE(items.called_for({.id = "x", .role = "judge"}, 0, 5));
  EXPECT_TRUE(items.called_for({.id = "x", .unit = "registry"}, 0, 5));  // the case's unit
  EXPECT_TRUE(items.called_for({.id = "x", .cases = {"c1"}}, 0, 5));
  EXPECT_FALSE(items.called_for({.id = "x", .cases = {"c2"}}, 0, 5));
  EXPECT_FALSE(items.called_for({.id = "x", .unit = "archive", .role = "clerk"}, 0, 5));
  const Person once{.id = "x", .cases = {"c1"}, .assigned = {{"c1", {10, 20}}}};
  EXPECT_FALSE(items.called_for(once, 0, 9));
  EXPECT_TRUE(items.called_for(once, 0, 10));
  EXPECT_FALSE(items.called_for(once, 0, 20));
  EXPECT_TRUE(items.called_for({.id = "p9"}, 1, 5));
  EXPECT_TRUE(items.called_for({.id = "p7"}, 1, 5));
  EXPECT_FALSE(items.called_for({.id = "p8"}, 1, 5));
  EXPECT_TRUE(items.called_for({.id = "p8"}, 2, 5));  // nobody is named: everybody's
}

}  // namespace
}  // namespace custos::behavior::protecting
