#include "evidence/package/readme.h"

#include <gtest/gtest.h>

#include "evidence/check/store_for_test.h"
#include "evidence/log/reader.h"

namespace custos::evidence {
namespace {

nlohmann::json behavior() {
  return {
      {"p", 8.3e-05},
      {"odds", 41},
      {"threshold", 12000},
      {"raised", "2024-03-16T00:00:00Z"},
      {"reasons",
       {{{"detector", "beacon"},
         {"title", "Beacon"},
         {"stage", "command and control"},
         {"sentence", "ws-014 spoke to 203.0.113.9:443 every 60 s\x1b[2J"},
         {"p", 0.0021},
         {"window", "2024-03-15T00:00:00Z"},
         {"chart",
          {{"title", "connections an hour"}, {"unit", "connections"}, {"bars", {{{"label", "0 h"}, {"value", 60}}, {{"label", "1 h"}, {"value", nullptr}}}}}},
         {"evidence", {{{"file", "logs/zeek/conn.log"}, {"offset", 1000}, {"record", 5}}}}}}}};
}

std::string readme(const std::string& value, const char* why) {
  CrashingFiles files;
  make_test_store(files);
  const auto log = std::move(*LogReader::open(files, "/e"));
  PackedFinding f;
  f.document.holds = {{"behavior", "", ""}, {"part", "", ""}};
  f.values = {value, "the record's text"};
  f.why = {why, nullptr};
  return package_readme(*log, {}, {f}, {});
}

}  // namespace

TEST(Readme, SaysInWordsWhatWasUnusual) {
  const std::string text = readme(behavior().dump(), nullptr);
  for (const char* words : {"(1) Beacon, a sign of command and control: ws-014 spoke to 203.0.113.9:443 every 60 s", "in about one of 480 ordinary windows",
                            "the window began 2024-03-15T00:00:00Z", "connections an hour: 0 h 60, 1 h not known",
                            "1 record here, the first in logs/zeek/conn.log, byte 1000", "in about one of 12000 ordinary windows", "41 times likelier",
                            "from one in 12000, or from 12000 times, on", "It could be known at 2024-03-16T00:00:00Z", "the record: the record's text"}) {
    EXPECT_NE(text.find(words), std::string::npos) << words << "\n" << text;
  }
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(Readme, ShowsNothingOfBehaviourThatIsWithheld) {
  const std::string text = readme(behavior().dump(), "asked");
  EXPECT_NE(text.find("what was unusual: [withheld]"), std::string::npos);
  for (const char* words : {"Beacon", "ws-014", "connections an hour", "2024-03-16", "conn.log"})
    EXPECT_EQ(text.find(words), std::string::npos) << words;
}

TEST(Readme, BearsBehaviourOfAnyForm) {
  for (const char* odd : {"", "[]", "3", "{", "{}", R"({"reasons":3,"p":"x"})",
                          R"({"reasons":[1,{},{"chart":4,"evidence":[7]},{"chart":{"bars":[1]},"evidence":{}}],"p":0,"odds":null})"}) {
    EXPECT_NE(readme(odd, nullptr).find("the record: "), std::string::npos) << odd;
  }
}

}  // namespace custos::evidence
