#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "share/exporters/made_up_behavior_test.h"
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
    EXPECT_EQ(l[0]["behavior"]["reasons"][0]["chart"]["bars"][2]["label"], to_valid_utf8(t));
    EXPECT_EQ(l[0]["matched"][0]["offset"], ~0ull);
    EXPECT_EQ(l[5]["sources"][0]["notes"].begin().key(), to_valid_utf8(t));
  }
}

TEST(Json, BehaviorAsDocumented) {
  Finding f = made_up::unusual("ws-014", Level::High, 0.000083, 41);
  Behavior b = *f.behavior;
  b.reasons = {{"beacon", "Beacon", "command and control", "as regular as \"none\"", 1e-9, made_up::kOddDay, {"an hour", "connections", {{"0 h", 60}, {"1 h", 0.5}}}, {{"conn.log", 210, 5}}}};
  f.behavior = std::make_shared<Behavior>(b);
  const std::string text = made_up::exported("json", {f}, {});
  EXPECT_NE(text.find(R"("pipeline":"","behavior":{"p":8.3e-05,"odds":41,"threshold":12000,"raised":"2024-03-16T00:00:00Z","reasons":[)"
                      R"({"detector":"beacon","title":"Beacon","stage":"command and control","sentence":"as regular as \"none\"","p":1e-09,"window":"2024-03-15T00:00:00Z",)"
                      R"("chart":{"title":"an hour","unit":"connections","bars":[{"label":"0 h","value":60},{"label":"1 h","value":0.5}]},)"
                      R"("evidence":[{"file":"conn.log","offset":210,"record":5}]}]},"engine")"),
            std::string::npos)
      << text;
  EXPECT_EQ(made_up::exported("json", {made_up::finding(made_up::rule("r", "t", Level::Low), 1, "h")}, {}).find("\"behavior\":{\"p\""), std::string::npos);
}

TEST(Json, WhatIsNoNumberIsNull) {
  Finding f = made_up::unusual("ws-014", Level::High, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity());
  Behavior b = *f.behavior;
  b.threshold = -std::numeric_limits<double>::infinity();
  b.reasons[0].chart.bars = {{"x", std::numeric_limits<double>::quiet_NaN()}, {"y", std::numeric_limits<double>::max()}};
  f.behavior = std::make_shared<Behavior>(b);
  const auto l = lines(made_up::exported("json", {f}, {}));
  EXPECT_TRUE(l[0]["behavior"]["p"].is_null() && l[0]["behavior"]["odds"].is_null() && l[0]["behavior"]["threshold"].is_null());
  EXPECT_TRUE(l[0]["behavior"]["reasons"][0]["chart"]["bars"][0]["value"].is_null());
  EXPECT_EQ(l[0]["behavior"]["reasons"][0]["chart"]["bars"][1]["value"], std::numeric_limits<double>::max());
}

TEST(Json, TwoActorsWithOneFirstRecordAreTwoFindings) {
  const Finding a = made_up::unusual("ws-014", Level::High, 1e-4, 1);
  Finding b = a, c = a;
  b.entities[0].value = "ws-022";
  Behavior later = *a.behavior;
  later.raised += kDay;
  c.behavior = std::make_shared<Behavior>(later);
  EXPECT_NE(finding_id(a), finding_id(b));
  EXPECT_NE(finding_id(a), finding_id(c));
  EXPECT_EQ(finding_id(a), finding_id(made_up::unusual("ws-014", Level::High, 0.5, 9)));
  EXPECT_EQ(finding_id(a), sha256_hex("8:behavior18:logs/zeek/conn.log4:10001:54:host6:ws-01416:1710547200000000").substr(0, 16));
}

TEST(Json, CoverageOfBehavior) {
  Coverage c;
  c.behavior = made_up::behavior_coverage();
  c.behavior.thin = {{"beacon", 12}};
  c.behavior.evictions = {{"dns", 3}};
  EXPECT_EQ(lines(made_up::exported("json", {}, c))[0]["behavior"],
            Json::parse(R"({"on":true,"why_not":"","baseline":"","window":86400,"learned_from":"2024-03-01T00:00:00Z","learned_until":"2024-03-08T00:00:00Z",
              "calibrated_from":"2024-03-08T00:00:00Z","judged_from":"2024-03-12T00:00:00Z","judged_until":"2024-03-17T00:00:00Z",
              "budget":5,"actors":61.4,"windows":16,"facts":41000,"late":0,"findings":7,"evictions":{"dns":3},"thin":{"beacon":12}})"));
  EXPECT_EQ(lines(made_up::exported("json", {}, {}))[0]["behavior"]["on"], false);
  EXPECT_TRUE(lines(made_up::exported("json", {}, {}))[0]["behavior"]["window"].is_null());
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
