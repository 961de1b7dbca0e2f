// From rule texts to a program: parse, filter, map, lower, resolve.
// Made and thrown away by load(); reads everything in two passes because filters and correlations may stand anywhere.
// Lives during load().
// One thread.
// Refuses documents one by one; only an unusable pipeline stops the load.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rules/pipeline/pipeline.h"
#include "rules/program.h"
#include "rules/rules.h"

namespace custos::rules {

class Loader {
 public:
  explicit Loader(const LoadOptions& options) : options_(options), program_(std::make_shared<CompiledProgram>()) {}

  Result<Loaded> load(const std::vector<RuleText>& files);

 private:
  struct Pending {
    Rule rule;
    std::size_t report;  // index of its LoadReport
  };

  Result<void> read_pipelines();
  void read_file(const RuleText& file);
  void add_detection(Pending& pending);
  Result<void> add_variants(const Rule& rule, std::uint32_t number);
  Result<Variant> lower_variant(const Rule& rule, std::uint32_t number);
  Result<void> compile_regexes(const Expr& expr);
  void map_correlations(const std::vector<correlation::Resolution>& resolutions);
  void add_correlations();
  void settle_reports();
  void name_fields();
  void refuse(std::size_t report, std::string reason);
  void accept(std::size_t report);

  const LoadOptions& options_;
  std::shared_ptr<CompiledProgram> program_;
  std::vector<LoadReport> reports_;
  std::vector<Pipeline> pipelines_, telemetry_;
  std::vector<Pending> detections_, correlations_;
  std::vector<Rule> filters_;
  std::set<std::string> seen_;  // ids
  std::vector<std::pair<Rule, std::size_t>> loaded_;  // detections that were taken, with their rule number
};

}  // namespace custos::rules
