#include "engine/evaluation/joining.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/hash.h"

namespace custos::engine {
namespace joining_scenes {

constexpr std::size_t kProblemsListed = 8;
constexpr double kHalf = 0.5;

}  // namespace joining_scenes

Joining::Joining(const EvaluationOptions& options, std::shared_ptr<const rules::Program> program, std::vector<const evaluate::Source*> sources,
                 const Tell& tell)
    : options_(options), program_(std::move(program)), tell_(tell), budgets_{1, 5, 10, 50}, variations_(options) {
  budgets_.push_back(options.budget);
  for (const auto* s : sources) {
    slots_.push_back({s, {}, {}, {}, {}});
    budgets_.push_back(budget_of(*s));
  }
  std::sort(budgets_.begin(), budgets_.end());
  budgets_.erase(std::unique(budgets_.begin(), budgets_.end()), budgets_.end());
  report_.data = options.data;
  report_.budget = options.budget;
  report_.seed = options.seed;
}

Joining::Slot* Joining::slot(std::string_view source) {
  const auto it = std::find_if(slots_.begin(), slots_.end(), [&](const Slot& s) { return s.source->name == source; });
  return it == slots_.end() ? nullptr : &*it;
}

bool Joining::runs(std::string_view source) const {
  return std::any_of(slots_.begin(), slots_.end(), [&](const Slot& s) { return s.source->name == source; });
}

std::unique_ptr<SceneBuilder> Joining::begin(const std::string& scene) {
  auto builder = std::make_unique<SceneBuilder>(scene);
  builder->recording().limit(memory_of_a_scene());
  const std::uint64_t seed = options_.seed ^ hash64(scene);
  for (Slot& s : slots_) builder->runs().push_back({s.source, OpenRun::kWhole, s.source->open(seed)});
  for (Slot& s : slots_) {
    if (!options_.ablate || s.source->open_without == nullptr) continue;
    for (std::size_t part = 0; part < s.source->parts.size(); ++part) builder->runs().push_back({s.source, part, s.source->open_without(seed, part)});
  }
  return builder;
}

std::size_t Joining::memory_of_a_scene(std::size_t beside) const {
  const std::size_t all = options_.memory - std::min<std::size_t>(beside, options_.memory);
  return variations_.wanted() ? all / 2 : all;  // a variant stands beside its original
}

void Joining::run(SceneBuilder& builder, const evaluate::Periods& periods, Micros bucket) {
  const evaluate::Scene& scene = builder.finish(periods, bucket);
  bucket_ = bucket;
  for (const auto& [label, n] : scene.truth.counts) report_.counts[label] += n;
  report_.counts_by_scene.emplace_back(scene.name, scene.truth.counts);
  for (const evaluate::Mark& m : scene.truth.marks) {
    const bool learned = periods.at(scene.recording.observations()[m.observation].time) != evaluate::Period::Test;
    if (m.campaign != evaluate::kIgnored && learned) ++learned_attacks_;
  }
  tell_what_was_left_out(scene.recording, scene.name);
  if (const std::size_t lost = builder.phases_left_out(); lost > 0) {
    remark(fmt::format("{}: {} phase{} no event left in what fitted into memory; recall is of the others", scene.name, lost, lost == 1 ? " has" : "s have"));
  }
  variations_.next_scene();
  std::vector<const evaluate::Source*> run;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    Slot& s = slots_[i];
    const evaluate::Needs& needs = s.source->needs;
    if ((needs.peers && !scene.recording.has_peers()) || (needs.details && !scene.recording.has_details())) {
      s.not_run = needs.peers ? "this set names no peers" : "this set has no looked-up names";
      continue;
    }
    run_source(s, builder.runs()[i], scene);
    if (!s.source->sees_events) run.push_back(s.source);
  }
  for (OpenRun& open : builder.runs()) {
    if (open.part == OpenRun::kWhole) continue;
    variations_.add_part(*open.source, open.part, evaluate::judge(scene, open.run->alarms(scene.recording), options_.budget));
  }
  if (!variations_.wanted()) return;
  const auto judge = variations_.by_sources(scene, std::move(run), options_.seed ^ hash64(scene.name));
  variations_.run(scene, [&](const evaluate::Variant& variant, const std::string& what) {
    tell(fmt::format("{}: {}", scene.name, what));
    return judge(variant, what);
  });
}

void Joining::run_source(Slot& s, OpenRun& open, const evaluate::Scene& scene) {
  tell(fmt::format("{}: {}", scene.name, s.source->name));
  const auto alarms = open.run->alarms(scene.recording);
  for (const unsigned budget : budgets_) s.outcomes[budget].push_back(evaluate::judge(scene, alarms, budget));
  variations_.add_full(s.source->name, s.outcomes[options_.budget].back());
  if (!s.source->gives_p) return;
  const auto p = evaluate::benign_p_values(scene, alarms);
  s.p_values.insert(s.p_values.end(), p.begin(), p.end());
}

void Joining::tell_what_was_left_out(const evaluate::Recording& r, const std::string& scene) {
  if (!r.truncated()) return;
  const double wanted = static_cast<double>(r.bytes_wanted()) * static_cast<double>(options_.memory) / static_cast<double>(memory_of_a_scene());
  problem(scene, fmt::format("{} of {} observations did not fit into memory and were left out, those read last; --memory {:.0f}MB would hold them all",
                             r.left_out(), r.left_out() + r.observations().size(), std::ceil(wanted * 1.05 / (1 << 20))));
}

void Joining::add_outcome(std::string_view source, const evaluate::SceneOutcome& outcome) {
  Slot* s = slot(source);
  if (s == nullptr) return;
  for (const unsigned budget : budgets_) s->outcomes[budget].push_back(outcome);
}

void Joining::add_more(std::string_view source, const std::string& name, double figure) {
  if (Slot* s = slot(source); s != nullptr) s->more[name] = figure;
}

void Joining::do_not_run_others(std::string_view but, const std::string& why) {
  for (Slot& s : slots_) {
    if (s.source->name != but) s.not_run = why;
  }
}

void Joining::show_surface(evaluate::Axis rows, evaluate::Axis columns) { surfaces_.emplace_back(std::move(rows), std::move(columns)); }

void Joining::remark(std::string text) { report_.remarks.push_back(std::move(text)); }

void Joining::problem(const std::string& name, const std::string& why) {
  report_.partial = true;
  std::string_view shown = name;
  const bool below = shown.starts_with(options_.data) && (options_.data.ends_with('/') || shown.substr(options_.data.size()).starts_with('/'));
  if (below) shown.remove_prefix(options_.data.size());  // a scene may begin with the same letters
  while (shown.size() > 1 && shown.front() == '/') shown.remove_prefix(1);
  problems_.emplace(shown.empty() ? name : std::string(shown), why);  // the same file may be read for every scene
}

evaluate::SourceResult Joining::result_of(const Slot& s) const {
  evaluate::SourceResult r;
  r.source = s.source->name;
  r.title = s.source->title;
  r.formula = s.source->formula;
  r.coarse = s.source->whole_days && bucket_ < kDay;
  r.not_run = s.outcomes.empty() && s.not_run.empty() ? "nothing was read for it" : s.not_run;
  r.more = s.more;
  if (!r.not_run.empty()) return r;
  for (const auto& [a_day, of_scenes] : s.outcomes) r.by_budget.push_back(evaluate::sum_up(of_scenes, a_day, options_.seed));
  const unsigned budget = budget_of(*s.source);
  const auto& outcomes = s.outcomes.at(budget);
  r.at_budget = evaluate::sum_up(outcomes, budget, options_.seed);
  for (const auto& o : outcomes) r.campaigns.insert(r.campaigns.end(), o.campaigns.begin(), o.campaigns.end());
  if (s.source->gives_p) r.calibration = evaluate::calibrate(s.p_values);
  for (const auto& [rows, columns] : surfaces_) r.tables.push_back(evaluate::surface(r.campaigns, rows, columns));
  return r;
}

// The source named by --source; else the one that finds most phases at the budget, then the one with fewer false alarms. Alarms larger
// than the set's unit find more by their size alone: such a source is no best one.
void Joining::choose_best() {
  const evaluate::SourceResult* best = nullptr;
  std::size_t run = 0;
  for (const auto& r : report_.results) {
    run += r.not_run.empty() ? 1 : 0;
    const evaluate::Source& source = *slot(r.source)->source;
    if (!r.not_run.empty() || r.coarse || source.chance || budget_of(source) != options_.budget) continue;
    const auto key = [](const evaluate::SourceResult& x) { return std::pair(x.at_budget.recall, -x.at_budget.false_per_day.value_or(0)); };
    if (best == nullptr || key(r) > key(*best)) best = &r;
  }
  if (best == nullptr) best = &report_.results.front();
  report_.best = best->source;
  if (run > 1) {
    remark(fmt::format("'{}' stands at the top of the JSON as the best of {} sources on this very data, which flatters it", report_.best, run));
  }
}

// How far down the rows of the first surface each source got: the last value of which it still found half, and the last it found at all.
evaluate::Table Joining::reach() const {
  const auto& [rows, columns] = surfaces_.front();
  evaluate::Table t{fmt::format("The last {} (from the easiest on)", rows.trait), {"source", "half of them found", "any found"}, {}};
  for (const auto& r : report_.results) {
    if (!r.not_run.empty()) continue;
    std::string half = "none", any = "none";
    for (const std::string& value : rows.values) {
      std::size_t found = 0, tried = 0;
      for (const auto& c : r.campaigns) {
        const auto trait = c.traits.find(rows.trait);
        if (trait == c.traits.end() || trait->second != value) continue;
        ++tried;
        found += c.found.empty() ? 0 : 1;
      }
      if (found > 0) any = value;
      if (tried > 0 && static_cast<double>(found) >= joining_scenes::kHalf * static_cast<double>(tried)) half = value;
    }
    t.rows.push_back({r.source, half, any});
  }
  return t;
}

void Joining::add_problems() {
  std::size_t listed = 0;
  for (const auto& [name, why] : problems_) {
    if (++listed > joining_scenes::kProblemsListed) break;
    remark(fmt::format("not read whole: {}: {}", name, why));
  }
  if (problems_.size() > joining_scenes::kProblemsListed) {
    remark(fmt::format("and {} more were not read whole", problems_.size() - joining_scenes::kProblemsListed));
  }
}

void Joining::add_weaknesses() {
  const evaluate::SourceResult* r = evaluate::find_result(report_, report_.best);
  if (r == nullptr || !r->not_run.empty()) return;
  const evaluate::Figures& f = r->at_budget;
  if (f.campaigns == 0) remark("no campaign lies in the test period: there is nothing to find");
  if (f.campaigns == 1) remark("1 campaign only: nothing is known about how campaigns differ, so the interval is from 0 to 100 %");
  if (f.campaigns > 1 && f.campaigns < 20) {
    remark(fmt::format("{} campaigns only: the interval says how far these differ from each other, and is too narrow for what a new one would bring",
                       f.campaigns));
  }
  if (learned_attacks_ > 0) remark(fmt::format("{} observations of attacks lie before the test: sources learn them as usual", learned_attacks_));
  if (f.untested > 0) remark(fmt::format("{} campaigns lie before the test period and were not tested", f.untested));
}

evaluate::Report Joining::finish() {
  for (const Slot& s : slots_) report_.results.push_back(result_of(s));
  if (!surfaces_.empty()) report_.tables.push_back(reach());
  for (const Slot& s : slots_) {
    if (!variations_.wanted() || !s.source->sees_events) continue;
    remark(fmt::format("'{}' reads the events themselves, so no variant of the data could be shown to it", s.source->name));
  }
  variations_.finish(report_);
  choose_best();
  add_weaknesses();
  add_problems();
  return std::move(report_);
}

}  // namespace custos::engine
