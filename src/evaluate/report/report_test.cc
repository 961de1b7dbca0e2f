#include "evaluate/report/report.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace custos::evaluate {
namespace {

Report sample() {
  Report r;
  r.set = "made-up";
  r.title = "a set <of> tests\x1b[31m";
  r.data = "somewhere";
  r.unit = "a unit";
  r.phase = "a phase";
  r.best = "rarity";
  r.counts = {{"-", 5}, {"attack & co", 2}};
  r.remarks = {"a weak <b>point</b>"};
  SourceResult rules, rarity, absent;
  rules.source = "rules";
  rarity.source = "rarity";
  rarity.at_budget.phases = 8;
  rarity.at_budget.phases_found = 2;
  rarity.at_budget.recall = 0.25;
  rarity.at_budget.precision = 0.19;
  rarity.at_budget.false_per_day = 8;
  rarity.at_budget.interval = {0.1, 0.4};
  rarity.by_budget = {rarity.at_budget};
  rules.by_budget = {rules.at_budget};
  rarity.campaigns = {{"s", "c1", {"a"}, {"a"}, 5.0, {{"period", "1 h"}, {"jitter", "0 %"}}},
                      {"s", "c2", {"a"}, {}, std::nullopt, {{"period", "1 h"}, {"jitter", "0 %"}}}};
  rarity.calibration = calibrate({0.01, 0.5, 0.9});
  absent.source = "subdomains";
  absent.not_run = "no names";
  r.results = {rules, rarity, absent};
  return r;
}

TEST(Report, JsonHasTheFiguresOfTheBestSourceAtTheTop) {
  const auto j = nlohmann::json::parse(to_json(sample()));
  EXPECT_EQ(j["source"], "rarity");
  EXPECT_EQ(j["recall"], 0.25);
  EXPECT_EQ(j["phases"], 8);
  EXPECT_EQ(j["phases_found"], 2);
  EXPECT_EQ(j["precision"], 0.19);
  EXPECT_EQ(j["false_per_day"], 8);
  EXPECT_EQ(j["interval"], (std::vector<double>{0.1, 0.4}));
  EXPECT_EQ(j["counts"]["attack & co"], 2);
  ASSERT_EQ(j["results"].size(), 3u);
  EXPECT_TRUE(j["results"][0]["precision"].is_null());
  EXPECT_TRUE(j["results"][0]["false_per_day"].is_null());
  EXPECT_EQ(j["results"][1]["by_campaign"][0]["campaign"], "c1");
  EXPECT_EQ(j["results"][1]["calibration"]["p_values"], 3);
  EXPECT_EQ(j["results"][2]["not_run"], "no names");
}

TEST(Report, NothingOfTheDataSteersTheTerminalOrThePage) {
  EXPECT_EQ(to_text(sample()).find('\x1b'), std::string::npos);
  const std::string page = to_html(sample());
  EXPECT_EQ(page.find('\x1b'), std::string::npos);
  EXPECT_EQ(page.find("<of>"), std::string::npos);
  EXPECT_EQ(page.find("<b>"), std::string::npos);
  EXPECT_NE(page.find("&lt;b&gt;point"), std::string::npos);
  EXPECT_NE(page.find("<svg"), std::string::npos);
}

TEST(Report, TextSaysWhatWasNotRunAndWhatIsWeak) {
  const std::string text = to_text(sample());
  EXPECT_NE(text.find("not run: no names"), std::string::npos);
  EXPECT_NE(text.find("a weak"), std::string::npos);
  EXPECT_NE(text.find("2/8"), std::string::npos);
}

TEST(Report, ASurfaceCountsCampaignsByTwoTraits) {
  const Table t = surface(sample().results[1].campaigns, {"period", {"1 h", "4 h"}}, {"jitter", {"0 %", "20 %"}});
  ASSERT_EQ(t.rows.size(), 2u);
  EXPECT_EQ(t.rows[0], (std::vector<std::string>{"1 h", "1/2", "-"}));
  EXPECT_EQ(t.rows[1], (std::vector<std::string>{"4 h", "-", "-"}));
}

TEST(Report, AnEmptyReportIsOneToo) {
  Report r;
  EXPECT_FALSE(to_text(r).empty());
  EXPECT_FALSE(to_html(r).empty());
  EXPECT_EQ(nlohmann::json::parse(to_json(r))["phases"], 0);
}

TEST(Report, Durations) {
  EXPECT_EQ(duration_text(59.6), "60 s");
  EXPECT_EQ(duration_text(180.0), "3 min");
  EXPECT_EQ(duration_text(9000.0), "2.5 h");
  EXPECT_EQ(duration_text(3 * 86'400.0), "3.0 d");
  EXPECT_EQ(duration_text(std::nullopt), "-");
}

}  // namespace
}  // namespace custos::evaluate
