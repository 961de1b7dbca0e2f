#include "engine/evaluation/behavior_source.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "engine/behavior/resolution.h"

namespace custos::engine {
namespace behavior_sources_of {

using behavior::Anomaly;

class Run final : public evaluate::SourceRun {
 public:
  Run(const Institution& known, unsigned budget, std::vector<std::string_view> without)
      : known_(known), budget_(budget), without_(std::move(without)), resolver_(known, institution::Resolver::Keep::HostsAndAccounts) {}

  void event(const Event& e, std::uint32_t) override {
    if (!reader_) {
      clues_ = std::make_unique<institution::Clues>(e.batch().names());
      reader_ = std::make_unique<behavior::FactReader>(e.batch().names(), log_.texts());
      resolver_.from("the scene");
    }
    clues_->read(e);
    resolver_.observe(*clues_, e.record());
    reader_->read(e, 0, facts_);
    if (facts_.size() >= 1024) keep();
  }

  std::vector<evaluate::Alarm> alarms(const evaluate::Recording& recording) override {
    if (!reader_) return {};
    reader_->flush(facts_);
    keep();
    resolver_.settle();
    Dictionary texts;
    Resolution resolution(resolver_, texts);
    behavior::Roster roster(known_, texts);
    behavior::Settings settings;
    settings.window = recording.bucket();
    settings.calibrate_from = recording.periods().calibrate;
    settings.judge_from = recording.periods().test;
    // Without days of its own for it, what is learned from calibrates too: early scores are too high, so p is on the careful side.
    if (settings.calibrate_from == settings.judge_from) settings.calibrate_from = recording.periods().begin;
    settings.budget = budget_;
    settings.without = without_;
    behavior::Analysis analysis(settings, roster);
    behavior::FactLog* logs[] = {&log_};
    const auto ok = behavior::FactLog::merge(logs, texts, [&](const behavior::Fact& fact) {
      behavior::Fact f = fact;
      resolution.apply(f);
      analysis.take(f);
    });
    if (!ok) return {};
    analysis.finish();
    return translate(recording, analysis, roster);
  }

 private:
  void keep() { static_cast<void>(log_.add(facts_)); }

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
  institution::Resolver resolver_;
  std::unique_ptr<institution::Clues> clues_;
  std::unique_ptr<behavior::FactReader> reader_;
  behavior::FactLog log_;
  std::vector<behavior::Fact> facts_;
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

BehaviorSources::BehaviorSources(Institution known, unsigned budget) : known_(std::move(known)), budget_(budget) {
  using behavior_sources_of::Run;
  for (const auto* d : behavior::detectors()) {
    parts_.push_back(d->name);
    names_.push_back(fmt::format("behavior:{}", d->name));
  }
  evaluate::Source all;
  all.name = "behavior";
  all.title = "all detectors of behaviour, fused within a budget";
  all.formula = "docs/adr/0014: conformal p with a Pareto tail per detector and role, Cauchy within a window, Shiryaev-Roberts across windows";
  all.gives_p = true;
  all.sees_events = true;
  all.open = [this](std::uint64_t) { return std::make_unique<Run>(known_, budget_, std::vector<std::string_view>{}); };
  all.parts = parts_;
  all.open_without = [this](std::uint64_t, std::size_t part) { return std::make_unique<Run>(known_, budget_, std::vector<std::string_view>{parts_[part]}); };
  sources_.push_back(all);
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    evaluate::Source one = all;
    one.name = names_[i];
    one.title = behavior::detectors()[i]->title;
    one.parts = {};
    one.open_without = nullptr;
    one.open = [this, i](std::uint64_t) { return std::make_unique<Run>(known_, budget_, behavior_sources_of::all_but(parts_[i])); };
    sources_.push_back(one);
  }
}

}  // namespace custos::engine
