#include "engine/evaluation/evaluation.h"

#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

#include "engine/evaluation/behavior_source.h"
#include "engine/evaluation/joining.h"
#include "engine/evaluation/set.h"
#include "institution/institution.h"

namespace custos::engine {
namespace evaluating {

constexpr std::uint64_t kLeastMemory = 16u << 20;

template <class Items>
std::string names_of(const Items& items) {
  std::string s;
  for (const auto* i : items) s += fmt::format("{}{}", s.empty() ? "" : ", ", i->name);
  return s;
}

template <class Items>
auto find(const Items& items, std::string_view name) {
  const auto it = std::find_if(items.begin(), items.end(), [&](const auto* i) { return i->name == name; });
  return it == items.end() ? nullptr : *it;
}

// The sources asked for, rules first: every table begins with them.
Result<std::vector<const evaluate::Source*>> chosen(const EvaluationOptions& o, const BehaviorSources& behavior) {
  std::vector<const evaluate::Source*> all(evaluate::sources().begin(), evaluate::sources().end());
  for (const auto& s : behavior.all()) all.push_back(&s);
  for (const auto* list : {&o.sources, &o.without}) {
    for (const std::string& name : *list) {
      if (find(all, name) == nullptr) return fail(Code::Usage, "there is no source of that name; there are " + names_of(all), name);
    }
  }
  std::vector<const evaluate::Source*> out;
  for (const auto* s : all) {
    const auto in = [&](const std::vector<std::string>& list) { return std::find(list.begin(), list.end(), s->name) != list.end(); };
    // A detector alone is run where it is asked for.
    const bool alone = s->name.find(':') != std::string_view::npos;
    if (((o.sources.empty() && !alone) || in(o.sources)) && !in(o.without)) out.push_back(s);
  }
  if (out.empty()) return fail(Code::Usage, "every source is left out; name one with --source");
  std::stable_partition(out.begin(), out.end(), [](const auto* s) { return s->name == "rules"; });
  return out;
}

}  // namespace evaluating

std::vector<std::pair<std::string, std::string>> evaluation_sets() {
  std::vector<std::pair<std::string, std::string>> out;
  for (const Set* s : sets()) out.emplace_back(s->name, s->title);
  return out;
}

std::vector<std::pair<std::string, std::string>> evaluation_sources() {
  std::vector<std::pair<std::string, std::string>> out;
  for (const evaluate::Source* s : evaluate::sources()) out.emplace_back(s->name, s->title);
  const BehaviorSources behavior({}, 1);
  for (const evaluate::Source& s : behavior.all()) out.emplace_back(s.name, s.title);
  return out;
}

Result<evaluate::Report> run_evaluation(const EvaluationOptions& options, const std::function<void(const std::string&)>& tell) {
  const Set* set = evaluating::find(sets(), options.set);
  if (set == nullptr) return fail(Code::Usage, "there is no set of that name; there are " + evaluating::names_of(sets()) + ", entities", options.set);
  if (!options.beds.empty() && !set->beds) return fail(Code::Usage, "--beds is for sets of several test beds, which this is not", options.set);
  if ((options.learn_days || options.calibrate_days) && !set->days) {
    return fail(Code::Usage, "--learn and --calibrate are for sets that leave the split open; this one's is fixed", options.set);
  }
  if (options.memory < evaluating::kLeastMemory) return fail(Code::Usage, "--memory takes 16MB or more, such as 4GB", fmt::format("{}", options.memory));
  // What its administrators wrote down, where the data has it beside the logs.
  Institution known;
  if (const std::string file = options.data + "/institution.yaml"; ::access(file.c_str(), R_OK) == 0) {
    auto read = institution::usable_institution(file);
    if (!read) return tl::unexpected<Error>(read.error());
    known = std::move(*read);
  }
  const BehaviorSources behavior(std::move(known), options.budget, options.sources);
  auto sources = evaluating::chosen(options, behavior);
  if (!sources) return tl::unexpected<Error>(sources.error());
  const bool rules_used = std::any_of(sources->begin(), sources->end(), [](const auto* s) { return s->name == "rules" || s->name == "sum_of_risk"; });
  std::shared_ptr<const rules::Program> program;
  if (rules_used) {
    auto loaded = load_rules(options.rules);
    if (!loaded) return tl::unexpected<Error>(loaded.error());
    program = loaded->loaded.program;
  }
  Joining joining(options, program, std::move(*sources), tell);
  evaluate::Report& report = joining.report();
  report.set = set->name;
  report.title = set->title;
  report.unit = set->unit;
  report.phase = set->phase;
  if (auto ok = set->read(joining); !ok) return tl::unexpected<Error>(ok.error());
  return joining.finish();
}

}  // namespace custos::engine
