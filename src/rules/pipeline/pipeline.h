// Sigma processing pipelines: YAML files that fit rules to other field names, log sources and values
// (docs/formats/pipelines.md). Called by load.cc with the user's pipelines and with those of content/pipelines; changes
// rule.h's Rule before it is compiled. A Pipeline owns all it needs; copies share it. Any thread: parsing and applying
// keep no state outside their arguments. Refuses pipelines with a step, condition or key it does not know, by name and
// line; refuses rules with the pipeline's reason.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "rules/rule.h"
#include "rules/rules.h"

namespace custos::rules {

namespace pipeline {
struct Step;
}

struct Pipeline {
  std::string name;  // the file's name where the pipeline gives none
  std::string path;
  int priority = 0;
  // Which telemetry a shipped pipeline makes rules fit for (the key `custos: log_source:`): product and service as the
  // events have them, and the category that both the events have and the rules ask for.
  std::optional<LogSourceRef> telemetry;
  std::map<std::string, std::vector<Scalar>> vars;
  std::vector<std::shared_ptr<const pipeline::Step>> steps;

  // Applies this pipeline alone; see apply_pipelines().
  Result<void> apply(Rule& rule, const Placeholders& outside = {}) const;
};

// `path` is for messages only. Exactly one YAML document.
Result<Pipeline> parse_pipeline(std::string_view path, std::string_view text);

// Several pipelines as one: by priority (lowest first), in the given order where equal; later `vars` win; state and
// marks go on from one to the next. `outside` are placeholder values that no `vars` gives. `referred` are the rules a
// correlation speaks of, for log source conditions. Names the pipelines that did something in rule.pipeline. An Error
// means that the rule is refused, and may be left half changed.
Result<void> apply_pipelines(std::span<const Pipeline> pipelines, Rule& rule, const Placeholders& outside = {},
                             std::span<const Rule* const> referred = {});

// Renames the fields of a correlation (group-by, aliases, condition) as the pipelines do for the rules it refers to.
Result<void> apply_to_correlation(std::span<const Pipeline> pipelines, Rule& correlation,
                                  std::span<const Rule* const> referred);

}  // namespace custos::rules
