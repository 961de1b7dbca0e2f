#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "share/identity.h"
#include "share/made_up_test.h"

namespace custos::share {
namespace json_test_file {
namespace {

using Json = nlohmann::json;

std::vector<Json> lines(const std::string& text) {
  std::vector<Json> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    EXPECT_NE(end, std::string::npos) << "the last line has no end";
    if (end == std::string::npos) break;
    out.push_back(Json::parse(text.substr(at, end - at)));  // throws on bad JSON or bad UTF-8
    at = end + 1;
  }
  return out;
}

TEST(Json, OneFindingAsDocumented) {
  const Finding f = made_up::finding(made_up::rule("r-1", "LSASS read", Level::High), 1'710'496'800'003'000, "DC01");
  const std::string text = made_up::exported("json", {f}, {});
  EXPECT_EQ(
      text.substr(0, text.find('\n')),
      R"({"type":"finding","id":")" + finding_id(f) +
          R"(","rule":{"id":"r-1","title":"LSASS read","level":"high","description":"Somebody read the passwords out of memory. )"
          R"(An ordinary program has no reason to.","author":"custos","status":"stable","kind":"detection",)"
          R"("path":"content/rules/windows/lsass.yml","hash":")" +
          std::string(64, 'a') +
          R"(","tags":["attack.credential_access","attack.t1003.001"],"falsepositives":["Some antivirus products"],)"
          R"("references":[]},"level":"high","time":"2024-03-15T10:00:00.003Z","last_time":"2024-03-15T10:00:00.003Z",)"
          R"("log_source":"windows/sysmon/process_access","source":{"file":"logs/dc01.evtx","offset":4096,"record":17},)"
          R"("others":[],"count":1,"entities":[{"kind":"host","value":"DC01"},{"kind":"user","value":"CORP\\anna"},)"
          R"({"kind":"process","value":"C:\\Temp\\p.exe"}],"matched":[{"field":"TargetImage",)"
          R"("value":"C:\\Windows\\System32\\lsass.exe","offset":4301},{"field":"","value":"sekurlsa","offset":null}],)"
          R"("attack":["T1003.001"],"tactics":["credential_access"],"pipeline":"sysmon","engine":")" +
          engine_name() + R"(","raw":"{\"TargetImage\":\"C:\\\\Windows\\\\System32\\\\lsass.exe\"}"})");
}

TEST(Json, IdIsTheDocumentedHash) {
  const Finding f = made_up::finding(made_up::rule("r-1", "t", Level::Low), kNoTime, "h");
  EXPECT_EQ(finding_id(f),
            sha256_hex("3:r-114:logs/dc01.evtx4:40962:1711:TargetImage29:C:\\Windows\\System32\\lsass.exe0:8:sekurlsa")
                .substr(0, 16));
  Finding g = f;
  g.matched[0].field = "TargetImag";
  g.matched[0].value = "e" + g.matched[0].value;
  EXPECT_NE(finding_id(f), finding_id(g));
  g = f;
  g.raw = "other";
  g.count = 9;
  EXPECT_EQ(finding_id(f), finding_id(g));
}

TEST(Json, RejectsThenOneCoverageLineAtTheEnd) {
  const auto l = lines(made_up::exported("json", {}, made_up::coverage()));
  ASSERT_EQ(l.size(), 5u);
  EXPECT_EQ(
      l[0],
      Json::parse(
          R"({"type":"reject","scope":"record","source":{"file":"logs/gateway.json","offset":100},"length":12,"reason":"no JSON object"})"));
  EXPECT_EQ(l[2]["scope"], "source");
  EXPECT_EQ(l[2]["reason"], "2 stretches of it were not understood");
  EXPECT_EQ(l[3]["state"], "unread");
  EXPECT_TRUE(l[3]["source"]["offset"].is_null());
  const Json& c = l[4];
  EXPECT_EQ(c["type"], "coverage");
  EXPECT_EQ(c["complete"], false);
  EXPECT_EQ(c["events"], 129);
  EXPECT_EQ(c["sources_partial"], 1);
  EXPECT_EQ(c["events_by_format"], Json::parse(R"({"evtx":120,"json":9})"));
  EXPECT_EQ(c["rules"]["refusals"][0]["reason"], "line 9: there is no modifier 'containz'");
  EXPECT_EQ(c["rules"]["without_telemetry_by_source"]["linux/auditd"], 30);
  EXPECT_EQ(c["rules"]["interrupted"]["r-9"], 3);
  ASSERT_EQ(c["sources"].size(), 3u);
  EXPECT_EQ(c["sources"][0]["gaps"], Json::parse(R"([{"after":17,"before":25}])"));
  EXPECT_EQ(c["sources"][0]["missing"], 7);
  EXPECT_EQ(c["sources"][0]["first_time"], "2024-03-15T10:00:00Z");
  EXPECT_TRUE(c["sources"][2]["first_time"].is_null());
}

TEST(Json, EmptyCoverageIsStillOneLine) {
  const auto l = lines(made_up::exported("json", {}, {}));
  ASSERT_EQ(l.size(), 1u);
  EXPECT_EQ(l[0]["complete"], true);
}

TEST(Json, WhateverAFindingHoldsTheLinesAreValidAndSayIt) {
  for (const std::string& t : made_up::hostile_texts()) {
    const auto l = lines(made_up::exported("json", {made_up::hostile_finding(t)}, made_up::hostile_coverage(t)));
    ASSERT_EQ(l.size(), 6u);
    EXPECT_EQ(l[0]["raw"], to_valid_utf8(t));
    EXPECT_EQ(l[0]["matched"][0]["offset"], ~0ull);
    EXPECT_EQ(l[5]["sources"][0]["notes"].begin().key(), to_valid_utf8(t));
  }
}

TEST(Json, ManySourcesAndAFindingWithoutARule) {
  Coverage c;
  c.sources.resize(20'000, made_up::coverage().sources[0]);
  Finding f;
  const auto l = lines(made_up::exported("json", {f, f}, c));
  ASSERT_EQ(l.size(), 3u);
  EXPECT_EQ(l[2]["sources"].size(), 20'000u);
  EXPECT_EQ(l[0]["rule"]["id"], "");
}

}  // namespace
}  // namespace json_test_file
}  // namespace custos::share
