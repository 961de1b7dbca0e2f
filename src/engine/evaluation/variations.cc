#include "engine/evaluation/variations.h"

#include <algorithm>

#include <fmt/format.h>

namespace custos::engine {

Variations::Row& Variations::row(const std::string& of, const std::string& name) {
  Row& r = rows_[{of, name}];
  r.facts.of = of;
  r.facts.name = name;
  return r;
}

void Variations::add_part(const evaluate::Source& source, std::size_t part, const evaluate::SceneOutcome& outcome) {
  Row& r = row("part", fmt::format("{}", source.parts[part]));
  r.outcomes[std::string(source.name)][scene_] = outcome;
  ++r.scenes;
}

void Variations::vary(Row& r, const evaluate::Variant& variant, const Judge& judge) {
  r.facts.changed += variant.changed;
  ++r.scenes;
  for (auto& [source, outcome] : judge(variant, fmt::format("{} {}", r.facts.of, r.facts.name))) r.outcomes[source][scene_] = std::move(outcome);
}

void Variations::run(const evaluate::Scene& scene, const Judge& judge) {
  const auto logs = evaluate::logs_of(scene.recording);
  for (const auto& [log, n] : logs) logs_.emplace(scene.recording.text(log));
  if (options_.ablate) {
    // Of a scene with one kind of log nothing would be left; another scene of the set may have more.
    for (const auto& [log, n] : logs) vary(row("log", std::string(scene.recording.text(log))), evaluate::without_log(scene.recording, log), judge);
  }
  for (const auto& d : evaluate::disturbances()) {
    if (std::find(options_.disturb.begin(), options_.disturb.end(), d.name) == options_.disturb.end()) continue;
    Row& r = row("disturbance", std::string(d.name));
    r.facts.does = d.does;
    if (const std::string why = evaluate::makes_no_sense(scene, d.kind); !why.empty()) {
      r.not_done.insert(why);
      continue;
    }
    vary(r, evaluate::disturbed(scene, d.kind, options_.seed), judge);
  }
}

Variations::Judge Variations::by_sources(const evaluate::Scene& scene, std::vector<const evaluate::Source*> sources, std::uint64_t seed) const {
  return [this, &scene, sources = std::move(sources), seed](const evaluate::Variant& variant, const std::string&) {
    Outcomes out;
    for (const auto* s : sources) {
      auto alarms = s->open(seed)->alarms(variant.recording);
      evaluate::to_original(variant, alarms);
      out[std::string(s->name)] = evaluate::judge(scene, alarms, options_.budget);
    }
    return out;
  };
}

std::vector<evaluate::VariedFigures> Variations::figures(const By& outcomes) const {
  std::vector<evaluate::VariedFigures> out;
  for (const auto& [source, by_scene] : outcomes) {
    std::vector<evaluate::SceneOutcome> all;
    const auto full = full_.find(source);
    if (full == full_.end()) continue;
    // A scene without this kind of log lost nothing.
    for (const auto& [scene, outcome] : full->second) all.push_back(by_scene.contains(scene) ? by_scene.at(scene) : outcome);
    evaluate::VariedFigures f{source, evaluate::sum_up(all, options_.budget, options_.seed), {}};
    for (const auto& scene : all) {
      for (const auto& campaign : scene.campaigns) {
        for (const std::string& phase : campaign.found) f.found.push_back(fmt::format("{}: {}", campaign.name, phase));
      }
    }
    out.push_back(std::move(f));
  }
  return out;
}

evaluate::Variation Variations::full_row(const std::string& name) const {
  evaluate::Variation v;
  v.of = "nothing";
  v.name = name;
  v.figures = figures(full_);
  return v;
}

void Variations::finish(evaluate::Report& report) const {
  if (options_.ablate) {
    report.ablations.push_back(full_row("nothing"));
    if (logs_.size() < 2) {
      report.remarks.push_back(logs_.empty() ? "ablations: nothing here says of which kind of log an event is"
                                             : fmt::format("ablations: there is only one kind of log here ({}), so none can be left out", *logs_.begin()));
    }
  }
  if (wanted()) {
    report.remarks.push_back("variants: rules are not matched anew, so a correlation still holds on what is left of it, even if it counted what is gone");
  }
  if (!options_.disturb.empty()) report.disturbed.push_back(full_row("undisturbed"));
  for (const auto& [key, r] : rows_) {
    if (key.first == "log" && logs_.size() < 2) continue;
    evaluate::Variation v = r.facts;
    if (r.scenes == 0) {
      v.not_done = *r.not_done.begin();
    } else {
      v.figures = figures(r.outcomes);
    }
    if (!v.does.empty()) {
      report.remarks.push_back(v.not_done.empty() ? fmt::format("disturbed by {}: {}", v.name, v.does)
                                                  : fmt::format("disturbed by {}: not done, {}", v.name, v.not_done));
    }
    (key.first == "disturbance" ? report.disturbed : report.ablations).push_back(std::move(v));
  }
}

}  // namespace custos::engine
