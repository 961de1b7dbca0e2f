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

Report varied() {
  Report r = sample();
  Variation full, without, undone;
  full.of = "nothing";
  full.name = "nothing";
  full.figures = {{"rarity", r.results[1].at_budget, {"c1: a"}}};
  without = full;
  without.of = "log";
  without.name = "zeek <conn>";
  without.figures[0].figures.phases_found = 1;
  without.figures[0].found = {};
  without.changed = 7;
  undone.of = "disturbance";
  undone.name = "clock";
  undone.not_done = "too short";
  r.ablations = {full, without};
  r.disturbed = {full, undone};
  r.published = {"Elsewhere", "rarity", 41, 65, "Beware."};
  return r;
}

TEST(Report, VariationsStandBesideTheFullRun) {
  const auto j = nlohmann::json::parse(to_json(varied()));
  ASSERT_EQ(j["ablations"].size(), 2u);
  EXPECT_EQ(j["ablations"][0]["without"], "nothing");
  EXPECT_EQ(j["ablations"][1]["without"], "zeek <conn>");
  EXPECT_EQ(j["ablations"][1]["of"], "log");
  EXPECT_EQ(j["ablations"][1]["observations_changed"], 7);
  EXPECT_EQ(j["ablations"][1]["results"][0]["phases_found"], 1);
  EXPECT_EQ(j["ablations"][0]["results"][0]["found"][0], "c1: a");
  EXPECT_EQ(j["disturbed"][1]["not_done"], "too short");
  EXPECT_FALSE(nlohmann::json::parse(to_json(sample())).contains("ablations"));
  const std::string text = to_text(varied()), page = to_html(varied());
  for (const char* s : {"2/8", "1/8", "zeek <conn>"}) EXPECT_NE(text.find(s), std::string::npos) << s;
  EXPECT_EQ(page.find("<conn>"), std::string::npos);
  EXPECT_NE(page.find("zeek &lt;conn&gt;"), std::string::npos);
}

TEST(Report, APublishedFigureIsHeldAgainstOurs) {
  Report r = varied();
  auto j = nlohmann::json::parse(to_json(r));
  EXPECT_EQ(j["published"]["interval"], (std::vector<double>{0.5092, 0.7377}));
  EXPECT_EQ(j["published"]["ours"], 0.25);
  EXPECT_EQ(j["published"]["ours_within"], false);
  EXPECT_NE(to_text(r).find("outside"), std::string::npos);
  r.results[1].at_budget.recall = 0.6;
  j = nlohmann::json::parse(to_json(r));
  EXPECT_EQ(j["published"]["ours_within"], true);
  r.results[1].not_run = "no";
  EXPECT_FALSE(nlohmann::json::parse(to_json(r))["published"].contains("ours"));
  EXPECT_FALSE(nlohmann::json::parse(to_json(sample())).contains("published"));
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
