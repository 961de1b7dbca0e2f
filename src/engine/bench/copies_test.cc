#include "engine/bench/copies.h"

#include <gtest/gtest.h>

namespace custos::engine::benchmarking {
namespace {

constexpr std::string_view kRule =
    "title: Odd Shell  # a title\n"
    "id: 01234567-89ab-4cde-8f01-23456789abcd\n"
    "logsource:\n    category: process_creation\n    product: windows\n"
    "detection:\n"
    "    selection:\n"
    "        Image|endswith:\n"
    "            - '\\sh.exe'\n"
    "            - \"\\\\bash.exe\"   # quoted\n"
    "        CommandLine|contains|all: '*it''s*'\n"
    "        EventID: 4688\n"
    "        Hash|re: 'a.*b'\n"
    "    filter_main:\n"
    "        User: root\n"
    "    condition: selection and not 1 of filter_*\n"
    "level: high\n";

TEST(Copies, ChangeEveryTextAndNothingElse) {
  EXPECT_EQ(with_other_literals(kRule, 1).substr(0, 22), "title: Odd Shell copy ");
  std::string text = with_other_literals(kRule, 1);
  text = text.substr(text.find("logsource:"));
  EXPECT_EQ(text,
            "logsource:\n    category: process_creation\n    product: windows\n"
            "detection:\n"
            "    selection:\n"
            "        Image|endswith:\n"
            "            - '\\sh.exeqb'\n"
            "            - \"\\\\bash.exeqb\"   # quoted\n"
            "        CommandLine|contains|all: '*it''sqb*'\n"
            "        EventID: 4688\n"
            "        Hash|re: 'a.*b'\n"
            "    filter_main:\n"
            "        User: root\n"
            "    condition: selection and not 1 of filter_*\n"
            "level: high\n");
  EXPECT_NE(with_other_literals(kRule, 2).find("'*qcit''s*'"), std::string::npos);
}

TEST(Copies, AreLoadedAsRulesOfTheirOwn) {
  const auto texts = times_the_literals({{"a.yml", std::string(kRule)}}, 3);
  ASSERT_EQ(texts.size(), 3u);
  const auto loaded = rules::load(texts, {});
  ASSERT_TRUE(loaded.has_value());
  for (const auto& report : loaded->reports) EXPECT_TRUE(report.loaded) << report.path << ": " << report.reason;
  EXPECT_EQ(loaded->program->size(), 3u);
}

TEST(Copies, LeaveOutWhatHasNoTextOrIsNoDetection) {
  EXPECT_EQ(with_other_literals("title: a\ndetection:\n  s:\n    EventID: 1\n  condition: s\n", 1), "");
  EXPECT_EQ(with_other_literals("title: a\ncorrelation:\n  type: event_count\n", 1), "");
  EXPECT_EQ(with_other_literals("", 1), "");
  EXPECT_EQ(with_other_literals("detection:\n  k: '\n  - \n -\n'\n", 1), "");
}

}  // namespace
}  // namespace custos::engine::benchmarking
