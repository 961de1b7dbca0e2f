#include "engine/evaluation/behavior_source.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "engine/behavior/fact_reading.h"
#include "engine/evaluation/evaluation.h"

namespace custos::engine {
namespace behavior_sources_of {

using behavior::Anomaly;

class Run final : public evaluate::SourceRun {
 public:
  Run(const Institution& known, unsigned budget, std::vector<std::string_view> without)
      : known_(known), budget_(budget), without_(std::move(without)), reading_(known) {}

  void event(const Event& e, std::uint32_t) override { reading_.take("the scene", e); }

  std::vector<evaluate::Alarm> alarms(const evaluate::Recording& recording) override {
    const auto input = reading_.finish();
    if (!input) return {};
    Dictionary texts;
    behavior::Roster roster(known_, texts);
    behavior::Settings settings;
    settings.window = recording.bucket();
    settings.calibrate_from = recording.periods().calibrate;
    settings.judge_from = recording.periods().test;
    // Without days of its own for it, what is learned from calibrates too: early scores are too high, so p is on the careful side.
    if (settings.calibrate_from == settings.judge_from) settings.calibrate_from = recording.periods().begin;
    settings.budget = budget_;
    settings.without = without_;
    settings.keep_weighed = true;
    behavior::Analysis analysis(settings, roster);
    if (!feed(*input, texts, std::numeric_limits<Micros>::max(), analysis)) return {};
    analysis.finish();
    return translate(recording, analysis, roster);
  }

 private:
  static std::vector<evaluate::Alarm> translate(const evaluate::Recording& recording, behavior::Analysis& analysis, const behavior::Roster& roster) {
    std::vector<std::uint32_t> wanted;
    for (const Anomaly& a : analysis.anomalies()) {
      for (const auto& part : a.parts) {
        for (const auto& w : part.why.evidence) wanted.push_back(static_cast<std::uint32_t>(w.offset));
      }
    }
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    // Places in the recording of the events that are evidence.
    std::vector<std::pair<std::uint32_t, std::uint32_t>> places;
    const auto observations = recording.observations();
    for (std::uint32_t i = 0; i < observations.size(); ++i) {
      const std::uint32_t event = observations[i].event;
      if (std::binary_search(wanted.begin(), wanted.end(), event)) places.emplace_back(event, i);
    }
    std::sort(places.begin(), places.end());
    std::vector<evaluate::Alarm> out;
    for (const Anomaly& a : analysis.anomalies()) out.push_back(alarm(a, places));
    for (const behavior::Weighed& w : analysis.weighed()) {
      evaluate::Alarm a;
      a.time = static_cast<Micros>(w.window) * recording.bucket();
      a.entity = std::string(roster.text(roster.at(w.actor).name));
      a.score = -1;
      a.p = w.p;
      a.raised = false;
      out.push_back(std::move(a));
    }
    return out;
  }

  static evaluate::Alarm alarm(const Anomaly& a, const std::vector<std::pair<std::uint32_t, std::uint32_t>>& places) {
    evaluate::Alarm out;
    out.entity = a.actor;
    // 1 / odds is as good a promise as p: an alarm is as odd as the better of the two.
    out.score = std::max(std::log(std::max(a.odds, 1e-300)), -std::log(std::max(a.p, 1e-300)));
    out.time = a.raised - 1;  // the day in which it was raised
    for (const auto& part : a.parts) {
      out.what += fmt::format("{}{} (p {:.1e}): {}", out.what.empty() ? "" : " | ", part.title, part.p, part.why.sentence);
      for (const auto& w : part.why.evidence) {
        auto it = std::lower_bound(places.begin(), places.end(), std::pair(static_cast<std::uint32_t>(w.offset), std::uint32_t{0}));
        for (; it != places.end() && it->first == w.offset; ++it) out.events.push_back(it->second);
      }
    }
    std::sort(out.events.begin(), out.events.end());
    out.events.erase(std::unique(out.events.begin(), out.events.end()), out.events.end());
    return out;
  }

  const Institution& known_;
  unsigned budget_;
  std::vector<std::string_view> without_;
  FactReading reading_;
};

// All detectors but one.
std::vector<std::string_view> all_but(std::string_view only) {
  std::vector<std::string_view> out;
  for (const auto* d : behavior::detectors()) {
    if (d->name != only) out.push_back(d->name);
  }
  return out;
}

}  // namespace behavior_sources_of

BehaviorSources::BehaviorSources(Institution known, unsigned budget, const std::vector<std::string>& asked) : known_(std::move(known)) {
  for (const auto* d : behavior::detectors()) parts_.push_back(d->name);
  add("behavior", kAll, budget, false);
  for (std::size_t i = 0; i < parts_.size(); ++i) add(fmt::format("behavior:{}", parts_[i]), i, budget, false);
  for (const std::string& name : asked) {
    const auto at = name.rfind('@');
    if (at == std::string::npos || std::find(names_.begin(), names_.end(), name) != names_.end()) continue;
    unsigned own = 0;
    const char* end = name.data() + name.size();
    const auto [after, error] = std::from_chars(name.data() + at + 1, end, own);
    const std::string_view of = std::string_view(name).substr(0, at);
    const auto base = std::find_if(names_.begin(), names_.end(), [&](const std::string& n) { return n == of; });
    if (error != std::errc{} || after != end || own == 0 || own > EvaluationOptions::kMostBudget || base == names_.end()) continue;
    const auto place = static_cast<std::size_t>(base - names_.begin());
    add(name, place == 0 ? kAll : place - 1, own, true);
  }
}

void BehaviorSources::add(std::string name, std::size_t only, unsigned budget, bool own_budget) {
  using behavior_sources_of::Run;
  evaluate::Source s;
  names_.push_back(std::move(name));
  s.name = names_.back();
  s.title = only == kAll ? "all detectors of behaviour, fused within a budget" : behavior::detectors()[only]->title;
  s.formula = "docs/adr/0014: conformal p with a Pareto tail per detector and role, Cauchy within a window, Shiryaev-Roberts across windows";
  s.gives_p = true;
  s.sees_events = true;
  s.budget = own_budget ? budget : 0;
  s.open = [this, only, budget](std::uint64_t) {
    return std::make_unique<Run>(known_, budget, only == kAll ? std::vector<std::string_view>{} : behavior_sources_of::all_but(parts_[only]));
  };
  if (only == kAll && !own_budget) {
    s.parts = parts_;
    s.open_without = [this, budget](std::uint64_t, std::size_t part) {
      return std::make_unique<Run>(known_, budget, std::vector<std::string_view>{parts_[part]});
    };
  }
  sources_.push_back(std::move(s));
}

}  // namespace custos::engine
