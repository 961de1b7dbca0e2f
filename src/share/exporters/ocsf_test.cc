#include <cstdlib>

#include <gtest/gtest.h>

#include "base/text.h"
#include "share/exporters/made_up_behavior_test.h"
#include "share/identity.h"
#include "share/made_up_test.h"
#include "share/ocsf_check_test.h"

namespace custos::share {
namespace ocsf_test_file {
namespace {

using ocsf_check::Checker;
using Json = nlohmann::json;

std::vector<Json> events(const std::vector<Finding>& findings, const Coverage& c) {
  std::vector<Json> out;
  const std::string text = made_up::exported("ocsf", findings, c);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    out.push_back(Json::parse(text.substr(at, end - at)));
    at = end + 1;
  }
  return out;
}

std::filesystem::path definitions() {
  const char* set = std::getenv("CUSTOS_VECTORS");
  return (set != nullptr ? std::filesystem::path(set)
                         : std::filesystem::path(CUSTOS_SOURCE_DIR) / "../shared/vectors") /
         "ocsf";
}

Finding rich() {
  auto r = made_up::rule("r-1", "LSASS read", Level::High);
  r->attack = {"T1003.001", "T1078"};
  r->tactics = {"credential_access", "initial_access"};
  Finding f = made_up::finding(r, 1'710'496'800'003'000, "DC01");
  f.last_time = f.time + kSecond;
  f.count = ~0ull;
  for (const char* value : {"10.0.0.7", "2001:db8::1", "gateway", "10.0.0.9"}) f.entities.push_back({"address", value});
  f.entities.push_back({"domain", "example.org"});
  f.entities.push_back({"file", "/etc/passwd"});
  f.entities.push_back({"host", "WS-17"});
  f.entities.push_back({"registry", "HKLM\\X"});
  f.others = {{"b.evtx", 1, 2}};
  return f;
}

TEST(Ocsf, AFindingAsDocumented) {
  const Finding f = rich();
  const Json e = events({f}, {})[0];
  EXPECT_EQ(e["class_uid"], 2004);
  EXPECT_EQ(e["type_uid"], 200401);
  EXPECT_EQ(e["time"], 1'710'496'800'003);
  EXPECT_EQ(e["end_time"], 1'710'496'801'003);
  EXPECT_EQ(e["severity_id"], 4);
  EXPECT_EQ(e["finding_info"]["uid"], finding_id(f));
  EXPECT_EQ(
      e["finding_info"]["attacks"],
      Json::parse(R"([{"technique":{"uid":"T1003"},"sub_technique":{"uid":"T1003.001"}},{"technique":{"uid":"T1078"}},
      {"tactic":{"uid":"TA0006","name":"Credential Access"}},{"tactic":{"uid":"TA0001","name":"Initial Access"}}])"));
  EXPECT_EQ(e["evidences"].size(), 5u);
  EXPECT_EQ(e["evidences"][0]["device"]["hostname"], "DC01");
  EXPECT_EQ(e["evidences"][0]["data"]["matched"][0]["offset"], 4301);
  EXPECT_EQ(e["evidences"][4]["device"]["hostname"], "WS-17");
  EXPECT_EQ(e["observables"].size(), 10u);
  EXPECT_EQ(e["raw_data"], f.raw);
}

TEST(Ocsf, BehaviorIsAnAnomaly) {
  Coverage c = made_up::coverage();
  c.behavior = made_up::behavior_coverage();
  const auto all = events({made_up::unusual("ws-014", Level::High, 0.000083, 41)}, c);
  const Json& e = all[0];
  EXPECT_EQ(e["message"], "Unusual behaviour of ws-014: ws-014 spoke to 203.0.113.9:443 every 60 s, 1,391 times, within 2 s of the beat; "
                          "of 4,100 pairs in calibration none was as regular (p = 0.000083)");
  EXPECT_EQ(e["finding_info"]["analytic"]["type_id"], 2);
  EXPECT_EQ(e["finding_info"]["types"], Json::parse(R"(["Behaviour analytics"])"));
  EXPECT_NE(e["finding_info"]["desc"].get<std::string>().find("\nFirst time: ws-014 did 2 things"), std::string::npos);
  EXPECT_EQ(e["anomaly_analyses"][0]["analysis_targets"][0]["name"], "ws-014");
  EXPECT_EQ(e["anomaly_analyses"][0]["anomalies"][1]["observations"][0]["value"], "administrative share of DC01: 7.8 nats");
  EXPECT_EQ(e["evidences"][0]["data"]["behavior"]["reasons"][0]["evidence"].size(), 30u);
  EXPECT_EQ(e["evidences"][0]["data"]["behavior"]["reasons"][1]["evidence"][1], Json::parse(R"({"file":"logs/file-03.evtx","offset":512,"record":3})"));
  EXPECT_NE(all[1]["message"].get<std::string>().find("; behaviour: learned from 2024-03-01"), std::string::npos);
}

TEST(Ocsf, CoverageIsAScanActivity) {
  const auto all = events({}, made_up::coverage());
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0]["class_uid"], 6007);
  EXPECT_EQ(all[0]["num_skipped_items"], 1);
  EXPECT_EQ(all[0]["duration"], 3000);
  EXPECT_EQ(all[0]["unmapped"]["coverage"]["type"], "coverage");
  EXPECT_EQ(all[0]["unmapped"]["coverage"]["sources"].size(), 3u);
}

TEST(Ocsf, FitsTheDefinitionsWhateverTheFindingHolds) {
  const auto dir = definitions();
  if (!std::filesystem::exists(dir / "dictionary.json")) GTEST_SKIP() << "no OCSF definitions at " << dir;
  Json detection = Checker::load(dir / "events/findings/finding.json")["attributes"];
  detection.merge_patch(Checker::load(dir / "events/findings/detection_finding.json")["attributes"]);
  const std::set<std::string> base = {"activity_id", "category_uid", "class_uid", "metadata",
                                      "severity_id", "time",         "type_uid"};
  const Json scan = {
      {"scan", {{"requirement", "required"}}},
      {"status_id",
       {{"enum", {{"1", {{"caption", "Success"}}}, {"2", {{"caption", "Failure"}}}, {"99", {{"caption", "Other"}}}}}}},
      {"activity_id", {{"enum", {{"2", {{"caption", "Completed"}}}}}}}};
  Checker checker(dir);
  std::vector<Finding> findings{rich(), Finding{}, made_up::unusual("ws-014", Level::High, 1e-4, 41)};
  for (const std::string& t : made_up::hostile_texts()) findings.push_back(made_up::hostile_finding(t));
  const auto all = events(findings, made_up::coverage());
  for (std::size_t i = 0; i + 1 < all.size(); ++i) checker.event(all[i], detection, base);
  checker.event(all.back(), scan, base);
  for (const std::string& p : checker.problems()) ADD_FAILURE() << p;
}

TEST(Ocsf, TheCheckerCanFail) {
  const auto dir = definitions();
  if (!std::filesystem::exists(dir / "dictionary.json")) GTEST_SKIP() << "no OCSF definitions at " << dir;
  const Json detection = Checker::load(dir / "events/findings/finding.json")["attributes"];
  Json e = events({rich()}, {})[0];
  e["severity"] = "Fatal";
  e["evidences"][0]["device"]["surname"] = "x";
  e["finding_info"].erase("uid");
  e["observables"][0]["name"] = "evidences[7].device.hostname";
  Checker checker(dir);
  checker.event(e, detection, {"origin"});
  EXPECT_EQ(checker.problems().size(), 5u);
}

}  // namespace
}  // namespace ocsf_test_file
}  // namespace custos::share
