// The same data once more in memory: without a kind of log, without a source's part, disturbed. What sources still find.
// Held by Joining; scenes are handed over one by one, after their full run.
// Lives for one evaluation; a variant dies before the next one is made.
// One thread.
// Refuses nothing: what makes no sense for a scene keeps the scene's full figures, and is said.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/evaluation/evaluation.h"
#include "engine/evaluation/scene_builder.h"

namespace custos::engine {

class Variations {
 public:
  explicit Variations(const EvaluationOptions& options) : options_(options) {}
  bool wanted() const { return options_.ablate || !options_.disturb.empty(); }

  // A scene begins; outcomes at the budget belong to it until the next one does.
  void next_scene() { ++scene_; }
  void add_full(std::string_view source, const evaluate::SceneOutcome& outcome) { full_[std::string(source)][scene_] = outcome; }
  void add_part(const evaluate::Source& source, std::size_t part, const evaluate::SceneOutcome& outcome);

  // Calls `judge` for each variant of the scene; it gives outcomes by source.
  using Outcomes = std::map<std::string, evaluate::SceneOutcome>;
  using Judge = std::function<Outcomes(const evaluate::Variant& variant, const std::string& what)>;
  void run(const evaluate::Scene& scene, const Judge& judge);
  // The judge for ordinary sets: runs these sources anew, and holds their alarms against the truth of the full scene.
  Judge by_sources(const evaluate::Scene& scene, std::vector<const evaluate::Source*> sources, std::uint64_t seed) const;

  void finish(evaluate::Report& report) const;

 private:
  struct Row {
    evaluate::Variation facts;
    std::map<std::string, std::map<std::size_t, evaluate::SceneOutcome>> outcomes;  // by source and scene
    std::set<std::string> not_done;
    std::size_t scenes = 0;
  };
  using By = std::map<std::string, std::map<std::size_t, evaluate::SceneOutcome>>;
  Row& row(const std::string& of, const std::string& name);
  void vary(Row& row, const evaluate::Variant& variant, const Judge& judge);
  std::vector<evaluate::VariedFigures> figures(const By& outcomes) const;
  evaluate::Variation full_row(const std::string& name) const;

  const EvaluationOptions& options_;
  By full_;
  std::map<std::pair<std::string, std::string>, Row> rows_;  // by what is varied, and name
  std::set<std::string> logs_;
  std::size_t scene_ = 0;
};

}  // namespace custos::engine
