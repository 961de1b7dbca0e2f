#include "rules/pipeline/expression.h"

#include <functional>

#include <gtest/gtest.h>

#include "rules/pipeline/logic.h"
#include "rules/pipeline/sigma_text.h"
#include "rules/pipeline/values.h"

namespace custos::rules::pipeline::test {
namespace expression_test {
namespace {

TEST(Expression, StartsAtTheFirstCharacter) {
  const auto e = Expression::compile("b+");
  ASSERT_TRUE(e);
  EXPECT_TRUE(*e->starts("bbc"));
  EXPECT_FALSE(*e->starts("abb"));
  EXPECT_FALSE(Expression::compile("("));
}

TEST(Expression, ReplacementsAreChecked) {
  const auto e = Expression::compile("(?P<name>a)(b)?");
  ASSERT_TRUE(e);
  EXPECT_EQ(*e->replace("xaxab", "<\\g<name>\\2>"), "x<a>x<ab>");
  EXPECT_EQ(*e->replace("a", "\\\\\\n\\g<0>"), "\\\na");
  for (const char* bad : {"\\3", "\\g<no>", "\\g", "\\", "\\q", "\\0"}) EXPECT_FALSE(e->check_replacement(bad)) << bad;
  for (const char* good : {"", "\\1", "\\g<2>", "\\.", "a\\tb", "$1"}) EXPECT_TRUE(e->check_replacement(good)) << good;
}

TEST(Expression, CountsCharactersNotBytes) {
  const auto e = Expression::compile(".");
  ASSERT_TRUE(e);
  EXPECT_EQ(*e->replace("\xC3\xA4\xF0\x9F\x98\x80", "x"), "xx");
  EXPECT_EQ(e->all("\xC3\xA4")->front().groups.front(), "\xC3\xA4");
}

// raw() must read back as the same pieces, whatever stands beside what.
TEST(SigmaText, RawAndParseAreInverse) {
  const std::string letters = "\\*?a%";
  std::string text;
  const std::function<void(std::size_t)> each = [&](std::size_t left) {
    const SigmaText parsed = SigmaText::parse(text);
    EXPECT_EQ(SigmaText::parse(parsed.raw()), parsed) << text;
    const SigmaText literal = SigmaText::literal(text);
    EXPECT_EQ(SigmaText::parse(literal.raw()), literal) << text;
    SigmaText starred = parsed;
    starred.star_front();
    starred.star_back();
    EXPECT_EQ(SigmaText::parse(starred.raw()), starred) << text;
    if (left == 0) return;
    for (const char c : letters) {
      text.push_back(c);
      each(left - 1);
      text.pop_back();
    }
  };
  each(5);
}

TEST(Values, WritingBackWhatWasReadKeepsTheMeaning) {
  for (const auto& modifiers : std::vector<std::vector<std::string>>{{},
                                                                     {"contains"},
                                                                     {"startswith", "cased"},
                                                                     {"endswith", "all"},
                                                                     {"neq"},
                                                                     {"re", "i"},
                                                                     {"cidr"},
                                                                     {"contains", "windash", "all"},
                                                                     {"expand"},
                                                                     {"fieldref", "neq"}}) {
    Item item;
    item.field = "f";
    item.modifiers = modifiers;
    item.values = {{Scalar::Kind::Text, "%p%a\\"}, {Scalar::Kind::Text, "%p%*"}};
    const Values values = read_values(item);
    const Detection written = write_values(item, values);
    ASSERT_EQ(written.kind, Detection::Kind::Leaf);
    const Values again = read_values(written.item);
    EXPECT_EQ(again.list, values.list);
    EXPECT_EQ(again.all, values.all);
    EXPECT_EQ(again.negated, values.negated);
  }
}

TEST(Values, OfDifferentKindsBecomeSeveralItems) {
  Item item;
  item.field = "f";
  const auto kinds = [&](bool all, bool negated) {
    Values values;
    values.all = all;
    values.negated = negated;
    values.list = {Value::of_text(SigmaText::parse("a"), false), Value::of_text(SigmaText::parse("b"), true)};
    return write_values(item, values).kind;
  };
  EXPECT_EQ(kinds(false, false), Detection::Kind::AnyOf);
  EXPECT_EQ(kinds(true, false), Detection::Kind::AllOf);
  EXPECT_EQ(kinds(false, true), Detection::Kind::AllOf);
  EXPECT_EQ(kinds(true, true), Detection::Kind::AnyOf);
}

TEST(Values, NumbersAsPythonPrintsThem) {
  EXPECT_EQ(number_text({Scalar::Kind::Int, "0x1F"}), "31");
  EXPECT_EQ(number_text({Scalar::Kind::Int, "0o17"}), "15");
  EXPECT_EQ(number_text({Scalar::Kind::Int, "+5"}), "5");
  EXPECT_EQ(number_text({Scalar::Kind::Float, "1.0"}), "1");
  EXPECT_EQ(number_text({Scalar::Kind::Float, "1.50"}), "1.5");
  EXPECT_EQ(number_text({Scalar::Kind::Float, ".inf"}), ".inf");
}

}  // namespace
}  // namespace expression_test
}  // namespace custos::rules::pipeline::test
