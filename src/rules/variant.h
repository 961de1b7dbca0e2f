// A rule made ready for one kind of telemetry: the rule itself, or the rule seen through a shipped field-mapping pipeline.
// Made by load.cc; compiled into plans.
// Immutable once loaded; shared.
// Any thread.
// Refuses nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rules/lower/expr.h"
#include "rules/rule.h"
#include "rules/vocabulary.h"

namespace custos::rules {

struct Variant {
  std::uint32_t rule = 0;                  // index in the program
  Expr expr;
  LogSourceRef log_source;                 // of the rule, after the user's pipelines
  std::string pipeline;                    // names of all pipelines applied
  std::optional<LogSourceRef> telemetry;   // set: only for events of exactly this product, service and category
  std::size_t telemetry_pipeline = 0;      // which of the shipped ones
  // How fields that correlations ask for are called in such events: field number of the CorrelationPlan -> name.
  std::vector<std::pair<std::uint32_t, std::string>> field_names;
};

// Whether a telemetry pipeline is meant for such events.
inline bool is_telemetry(const LogSourceRef& t, const LogSource& e) {
  if (t.product != e.product || t.service != e.service) return false;
  for (const std::string& c : e.categories) {
    if (c == t.category) return true;
  }
  return t.category.empty();
}

}  // namespace custos::rules
