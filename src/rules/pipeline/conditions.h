// The conditions of a step: which rules, which items, which field names it is for.
// Called by step.cc; feeds Step.
// Owned closures, immutable once made.
// Any thread.
// Refuses unknown condition types by name, wrong keys, and expressions over conditions that are not there.
#pragma once

#include "rules/pipeline/params.h"
#include "rules/pipeline/step.h"

namespace custos::rules::pipeline {

// Read `<prefix>_conditions`, `<prefix>_cond_op`, `<prefix>_cond_not` and `<prefix>_cond_expr` for the prefixes
// rule, detection_item and field_name.
Result<Conditions<RuleCondition>> read_rule_conditions(Params& step);
Result<Conditions<ItemCondition>> read_item_conditions(Params& step);
Result<Conditions<FieldCondition>> read_field_conditions(Params& step);

}  // namespace custos::rules::pipeline
