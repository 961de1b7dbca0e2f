// Expressions of hunts: what they mean, and what is refused, where.
#include <gtest/gtest.h>

#include "base/text.h"
#include "rules/rules.h"

namespace custos::rules {
namespace expression_rule_test {

// Whether the rule of this expression holds on an event with these fields.
bool holds(const std::string& expression, const std::vector<std::pair<std::string, std::string>>& fields) {
  const auto rule = rule_of_expression(expression);
  EXPECT_TRUE(rule) << expression << ": " << (rule ? "" : rule.error().text);
  if (!rule) return false;
  const auto loaded = load({*rule}, {});
  EXPECT_TRUE(loaded && loaded->program->size() == 1) << rule->text << (loaded && !loaded->reports.empty() ? loaded->reports[0].reason : "");
  if (!loaded || loaded->program->size() != 1) return false;
  Names names;
  LogSources sources;
  Batch batch(names, sources);
  batch.begin("raw", 0, 1);
  for (const auto& [name, value] : fields) batch.add(name, value);
  batch.pending_record().log_source = sources.intern("windows", "sysmon", "process_creation");
  batch.end();
  bool hit = false;
  make_matcher(loaded->program, nullptr, {})->match(batch, 0, [&](const Hit&) { hit = true; });
  return hit;
}

const std::vector<std::pair<std::string, std::string>> kEvent{
    {"Image", "C:\\Windows\\System32\\cmd.exe"}, {"User", "ACME\\alice"}, {"EventID", "4688"}, {"SourceIp", "10.1.2.3"}, {"odd (name)", "it's \"x\""}};

TEST(HuntExpression, Operators) {
  for (const char* yes :
       {"EventID = 4688", "EventID=4688", "EventID != 1", "Image contains SYSTEM32", "Image startswith C:\\win", "Image endswith \\cmd.exe", "Image matches 'cmd\\.exe$'",
        "Image exists", "not Nothing exists", "EventID < 5000", "EventID<=4688", "EventID > 1", "EventID >= 4688", "SourceIp cidr 10.0.0.0/8",
        "Image = 'c:\\\\*\\cmd.exe'", "\"odd (name)\" = 'it''s \"x\"'", "image exists or User endswith alice", "NOT EventID = 1 AND User contains 'alice'",
        "Nothing != 7"}) {
    EXPECT_TRUE(holds(yes, kEvent)) << yes;
  }
  for (const char* no : {"EventID = 468", "EventID != 4688", "Image contains system64", "Image startswith indows", "Image endswith cmd", "Image matches ^cmd", "Nothing exists",
                         "EventID < 4688", "EventID > 4688", "SourceIp cidr 192.168.0.0/16", "not EventID = 4688"}) {
    EXPECT_FALSE(holds(no, kEvent)) << no;
  }
}

TEST(HuntExpression, Precedence) {
  // or is looser than and, and tighter than both is not.
  EXPECT_TRUE(holds("EventID = 4688 or EventID = 1 and EventID = 2", kEvent));
  EXPECT_FALSE(holds("(EventID = 4688 or EventID = 1) and EventID = 2", kEvent));
  EXPECT_TRUE(holds("not EventID = 1 and EventID = 4688", kEvent));
  EXPECT_FALSE(holds("not (EventID = 1 or EventID = 4688)", kEvent));
  EXPECT_TRUE(holds("not not EventID = 4688", kEvent));
}

TEST(HuntExpression, RefusedWithAColumn) {
  for (const auto& [text, column] : std::vector<std::pair<std::string, int>>{{"", 1},
                                                                             {"EventID", 8},
                                                                             {"EventID =", 10},
                                                                             {"EventID ~ 3", 9},
                                                                             {"EventID == 3", 9},
                                                                             {"(EventID = 3", 1},
                                                                             {"EventID = 3)", 12},
                                                                             {"EventID = 3 User = x", 13},
                                                                             {"EventID = 'x", 11},
                                                                             {"\u00e4\u00f6 < x", 6},
                                                                             {"a cidr 10.0.0/8", 8},
                                                                             {"a|re = x", 1},
                                                                             {"'' = x", 1},
                                                                             {"a = 1 and", 10},
                                                                             {"a = 1 or and b = 2", 14},
                                                                             {"a = (b)", 5}}) {
    const auto rule = rule_of_expression(text);
    ASSERT_FALSE(rule) << text;
    EXPECT_TRUE(rule.error().text.starts_with("column " + std::to_string(column) + ":")) << text << " -> " << rule.error().text;
  }
}

TEST(HuntExpression, Limits) {
  EXPECT_FALSE(rule_of_expression(std::string(20'000, 'a')));
  EXPECT_FALSE(rule_of_expression("a = \xFF"));
  std::string deep = "a = 1", wide = "a = 1";
  for (int i = 0; i < 40; ++i) deep = "(" + deep + ")";
  EXPECT_FALSE(rule_of_expression(deep));
  for (int i = 0; i < 499; ++i) wide += " or a = 1";
  EXPECT_TRUE(holds(wide, {{"a", "1"}}));
  EXPECT_FALSE(rule_of_expression(wide + " or a = 1"));
}

// What a value or field holds stays in it, whatever YAML or a condition would make of it.
TEST(HuntExpression, NothingBreaksOut) {
  EXPECT_TRUE(holds("a = 'x\n  c9: y' and b = \"'\"", {{"a", "x\n  c9: y"}, {"b", "'"}}));
  EXPECT_TRUE(holds("'c1 or c2' = '{[#&!'", {{"c1 or c2", "{[#&!"}}));
}

}  // namespace expression_rule_test
}  // namespace custos::rules
