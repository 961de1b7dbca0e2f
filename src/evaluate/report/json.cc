#include <cmath>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "evaluate/report/report.h"

namespace custos::evaluate {
namespace report_json {

using Json = nlohmann::ordered_json;

// Four digits are more than the data can carry already.
double rounded(double x) { return std::round(x * 1e4) / 1e4; }

Json optional_number(const std::optional<double>& x) { return x ? Json(rounded(*x)) : Json(nullptr); }

Json shares(const Figures& f) {
  return {{"recall", f.phases == 0 ? Json(nullptr) : Json(rounded(f.recall))},
          {"phases", f.phases},
          {"phases_found", f.phases_found},
          {"precision", optional_number(f.precision)},
          {"false_per_day", optional_number(f.false_per_day)},
          {"interval", {rounded(f.interval.low), rounded(f.interval.high)}}};
}

Json figures(const Figures& f) {
  Json j = shares(f);
  j["budget"] = f.budget;
  j["campaigns"] = f.campaigns;
  j["campaigns_found"] = f.campaigns_found;
  j["campaigns_untested"] = f.untested;
  j["alarms_true"] = f.true_alarms;
  j["alarms_false"] = f.false_alarms;
  j["alarms_ignored"] = f.ignored_alarms;
  j["days"] = f.days;
  j["median_seconds_to_first_alarm"] = optional_number(f.seconds_to_first);
  j["median_events_per_alarm"] = rounded(f.events_per_alarm);
  j["median_attack_share_of_true_alarms"] = optional_number(f.attack_share);
  return j;
}

Json table(const Table& t) { return {{"title", t.title}, {"columns", t.columns}, {"rows", t.rows}}; }

Json calibration(const Calibration& c) {
  Json promises = Json::array();
  for (const Promise& p : c.promises) {
    promises.push_back({{"promised", p.promised},
                        {"observed", c.count == 0 ? 0.0 : static_cast<double>(p.observed) / static_cast<double>(c.count)},
                        {"count", p.observed},
                        {"limits", {p.low, p.high}},
                        {"kept", p.observed <= p.high}});
  }
  return {{"p_values", c.count}, {"ks", rounded(c.ks)}, {"ks_above", rounded(c.ks_above)}, {"promises", promises}, {"quantiles", c.quantiles}};
}

Json campaign(const CampaignOutcome& c) {
  Json j{{"scene", c.scene}, {"campaign", c.name}, {"phases", c.phases}, {"found", c.found}, {"seconds_to_first_alarm", optional_number(c.seconds_to_first)}};
  if (!c.traits.empty()) j["traits"] = c.traits;
  return j;
}

Json result(const SourceResult& r) {
  Json j{{"source", r.source}, {"title", r.title}, {"formula", r.formula}, {"coarse", r.coarse}};
  if (!r.not_run.empty()) {
    j["not_run"] = r.not_run;
    return j;
  }
  j.update(figures(r.at_budget));
  for (const auto& [name, value] : r.more) j[name] = rounded(value);
  for (const Figures& f : r.by_budget) j["by_budget"].push_back(figures(f));
  j["by_campaign"] = Json::array();
  for (const CampaignOutcome& c : r.campaigns) j["by_campaign"].push_back(campaign(c));
  if (r.calibration) j["calibration"] = calibration(*r.calibration);
  for (const Table& t : r.tables) j["tables"].push_back(table(t));
  return j;
}

Json variations(const std::vector<Variation>& rows, const char* name) {
  Json out = Json::array();
  for (const Variation& v : rows) {
    Json j{{name, v.name}, {"of", v.of}, {"observations_changed", v.changed}};
    if (!v.does.empty()) j["does"] = v.does;
    if (!v.not_done.empty()) j["not_done"] = v.not_done;
    j["results"] = Json::array();
    for (const VariedFigures& f : v.figures) {
      Json r{{"source", f.source}};
      r.update(shares(f.figures));
      r["found"] = f.found;
      j["results"].push_back(std::move(r));
    }
    out.push_back(std::move(j));
  }
  return out;
}

Json published(const Report& report) {
  const Published& p = *report.published;
  const Interval i = wilson(p.found, p.of);
  Json j{{"where", p.where}, {"phases_found", p.found}, {"phases", p.of}, {"recall", rounded(static_cast<double>(p.found) / static_cast<double>(p.of))},
         {"interval", {rounded(i.low), rounded(i.high)}}, {"source", p.source}};
  if (const SourceResult* ours = find_result(report, p.source); ours != nullptr && ours->not_run.empty()) {
    j["ours"] = rounded(ours->at_budget.recall);
    j["ours_within"] = ours->at_budget.recall >= i.low && ours->at_budget.recall <= i.high;
  }
  j["note"] = published_text(report);
  return j;
}

}  // namespace report_json

std::string to_json(const Report& report) {
  using namespace report_json;
  Json j{{"type", "evaluation"}, {"version", CUSTOS_VERSION}, {"set", report.set}, {"data", to_valid_utf8(report.data)}, {"budget", report.budget}};
  j["source"] = report.best;
  const SourceResult* best = find_result(report, report.best);
  j.update(shares(best != nullptr ? best->at_budget : Figures{}));
  j["seed"] = report.seed;
  j["partial"] = report.partial;
  j["unit"] = report.unit;
  j["phase"] = report.phase;
  j["splits"] = report.splits;
  j["counts"] = report.counts;
  for (const auto& [scene, counts] : report.counts_by_scene) j["counts_by_scene"][scene] = counts;
  j["results"] = Json::array();
  for (const SourceResult& r : report.results) j["results"].push_back(result(r));
  for (const Table& t : report.tables) j["tables"].push_back(table(t));
  if (!report.ablations.empty()) j["ablations"] = variations(report.ablations, "without");
  if (!report.disturbed.empty()) j["disturbed"] = variations(report.disturbed, "disturbance");
  if (report.published) j["published"] = published(report);
  j["remarks"] = report.remarks;
  return j.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace custos::evaluate
