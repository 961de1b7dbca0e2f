#include "rules/match/regex.h"

#include <gtest/gtest.h>

namespace custos::rules {
namespace {

Found find(const std::string& expression, std::string_view text, Regex::Options o = {}) {
  auto r = Regex::compile(expression, o);
  if (!r) {
    ADD_FAILURE() << r.error().text;
    return Found::Undecided;
  }
  RegexScratch scratch;
  return (*r)->find(text, scratch);
}

TEST(Regex, FlagsAndAnchors) {
  EXPECT_EQ(find("^two$", "one\ntwo\nthree"), Found::No);
  EXPECT_EQ(find("^two$", "one\ntwo\nthree", {false, true, false}), Found::Yes);
  EXPECT_EQ(find("a.b", "a\nb"), Found::No);
  EXPECT_EQ(find("a.b", "a\nb", {false, false, true}), Found::Yes);
  EXPECT_EQ(find("^ä.$", "Äö", {true, false, false}), Found::Yes);
  EXPECT_EQ(find("^.{3}$", "äöü"), Found::Yes);
}

TEST(Regex, LookAround) {
  EXPECT_EQ(find("foo(?!bar)", "foobaz"), Found::Yes);
  EXPECT_EQ(find("foo(?!bar)", "foobar"), Found::No);
}

TEST(Regex, BacktrackingIsUndecidedNotEndless) {
  const std::string text = std::string(100'000, 'a') + "!";
  EXPECT_EQ(find("^(a+)+$", text), Found::No);                  // PCRE2 reaches its limit, Hyperscan decides
  EXPECT_EQ(find("^(a+)+(?!b)$", text), Found::Undecided);      // look-around is beyond Hyperscan
}

TEST(Regex, RefusesGiants) {
  EXPECT_FALSE(Regex::compile("(((((a{1,1000}){1,1000}){1,1000}){1,1000}){1,1000})", {}));
  EXPECT_FALSE(Regex::compile("(", {}));
}

TEST(Regex, RequiredLiterals) {
  EXPECT_EQ(Regex::required_literal("^Invoke-(Web|Rest)Requests$"), "requests");
  EXPECT_EQ(Regex::required_literal("abc|def"), "");
  EXPECT_EQ(Regex::required_literal("fo+bars?"), "bar");
  EXPECT_EQ(Regex::required_literal("abcd?"), "abc");
  EXPECT_EQ(Regex::required_literal("x{0,3}\\.exe"), ".exe");
  EXPECT_EQ(Regex::required_literal("[a|b]Foo\\(x\\)"), "foo(x)");
  EXPECT_EQ(Regex::required_literal("(?i)Foo.*Barbaz"), "barbaz");
  EXPECT_EQ(Regex::required_literal("\\x41bcdef"), "");
}

}  // namespace
}  // namespace custos::rules
