// Where sets meet sources: a set fills scenes here, every source runs over each, and the outcomes become the report.
// Made by evaluation.cc for one evaluation; used by sets/.
// Lives for one evaluation; a scene and its alarms are gone when run() returns, so memory holds one scene.
// One thread.
// Refuses nothing; what was not read or not tested becomes a remark.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/evaluation/evaluation.h"
#include "engine/evaluation/scene_builder.h"
#include "engine/evaluation/variations.h"

namespace custos::engine {

class Joining {
 public:
  using Tell = std::function<void(const std::string&)>;
  Joining(const EvaluationOptions& options, std::shared_ptr<const rules::Program> program, std::vector<const evaluate::Source*> sources, const Tell& tell);

  const EvaluationOptions& options() const { return options_; }
  const std::shared_ptr<const rules::Program>& program() const { return program_; }
  evaluate::Report& report() { return report_; }
  void tell(const std::string& what) const {
    if (tell_) tell_(what);
  }
  bool runs(std::string_view source) const;
  Variations& variations() { return variations_; }
  // What a scene may hold of the memory; `beside` is what its set holds for itself.
  std::size_t memory_of_a_scene(std::size_t beside = 0) const;

  // A new scene, and the sources' runs that will see its events.
  std::unique_ptr<SceneBuilder> begin(const std::string& scene);
  // Freezes the scene, runs the sources, judges their alarms at every budget.
  void run(SceneBuilder& builder, const evaluate::Periods& periods, Micros bucket);

  // Observations that did not fit into memory: a problem, with how much would be needed.
  void tell_what_was_left_out(const evaluate::Recording& recording, const std::string& scene);
  // For a set that judges a source by itself.
  void add_outcome(std::string_view source, const evaluate::SceneOutcome& outcome);
  void add_more(std::string_view source, const std::string& name, double figure);
  // Sources' findings that the set has no use for.
  void do_not_run_others(std::string_view but, const std::string& why);

  // Tables of found by tried for every source; rows in order from the easiest to the hardest. Also says how far down each source got.
  void show_surface(evaluate::Axis rows, evaluate::Axis columns);
  void remark(std::string text);
  // Something could not be read: the report is partial. Eight are listed, the rest is counted.
  void problem(const std::string& name, const std::string& why);

  evaluate::Report finish();

 private:
  struct Slot {
    const evaluate::Source* source;
    std::map<unsigned, std::vector<evaluate::SceneOutcome>> outcomes;  // by budget
    std::vector<double> p_values;
    std::map<std::string, double> more;
    std::string not_run;
  };
  Slot* slot(std::string_view source);
  evaluate::SourceResult result_of(const Slot& slot) const;
  void run_source(Slot& slot, OpenRun& open, const evaluate::Scene& scene);
  void choose_best();
  void add_problems();
  void add_weaknesses();
  evaluate::Table reach() const;
  unsigned budget_of(const evaluate::Source& source) const { return source.budget == 0 ? options_.budget : source.budget; }

  const EvaluationOptions& options_;
  std::shared_ptr<const rules::Program> program_;
  const Tell& tell_;
  std::vector<unsigned> budgets_;
  Variations variations_;
  std::vector<Slot> slots_;
  std::vector<std::pair<evaluate::Axis, evaluate::Axis>> surfaces_;
  std::set<std::pair<std::string, std::string>> problems_;
  std::uint64_t learned_attacks_ = 0;
  Micros bucket_ = kDay;
  evaluate::Report report_;
};

}  // namespace custos::engine
