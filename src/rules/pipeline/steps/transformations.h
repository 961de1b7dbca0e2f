// The transformations a step can be: one function a type reads its keys and gives the closure that changes a rule.
// Called by step.cc, which holds the table of types; the closures are called by Step.
// Owned closures, immutable once made.
// Any thread.
// Refuses keys it does not know; the closures refuse rules with a reason.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rules/pipeline/params.h"
#include "rules/pipeline/step.h"
#include "rules/pipeline/values.h"

namespace custos::rules::pipeline {

Result<Apply> field_name_mapping(Params& p);
Result<Apply> field_name_prefix_mapping(Params& p);
Result<Apply> field_name_prefix(Params& p);
Result<Apply> field_name_suffix(Params& p);

Result<Apply> drop_detection_item(Params& p);
Result<Apply> hashes_fields(Params& p);
Result<Apply> custos_split_path(Params& p);

Result<Apply> replace_string(Params& p);
Result<Apply> map_string(Params& p);
Result<Apply> set_value(Params& p);
Result<Apply> convert_type(Params& p);
Result<Apply> change_case(Params& p);
Result<Apply> to_regex(Params& p);
Result<Apply> value_placeholders(Params& p);
Result<Apply> wildcard_placeholders(Params& p);

Result<Apply> add_condition(Params& p);
Result<Apply> change_logsource(Params& p);
Result<Apply> add_field(Params& p);
Result<Apply> remove_field(Params& p);
Result<Apply> set_field(Params& p);
Result<Apply> set_state(Params& p);
Result<Apply> set_custom_attribute(Params& p);
Result<Apply> rule_failure(Params& p);
Result<Apply> detection_item_failure(Params& p);

// Gives what stands for the item from now on; nothing where it stays as it is. A Detection without children drops it.
using ChangeItem = std::function<Result<std::optional<Detection>>(const Item&)>;
// Asks `change` for every item of a detection rule that the step's conditions take, and marks what was changed.
Result<void> change_items(Rule& rule, const Step& step, Run& run, const ChangeItem& change);

// Gives the values that take a value's place; nothing where it stays.
using ChangeValue = std::function<Result<std::optional<std::vector<Value>>>(const Value&)>;
Apply change_values(ChangeValue change);

// Removes what drop left empty, also from the condition. An Error when nothing is left.
Result<void> prune(Rule& rule);

}  // namespace custos::rules::pipeline
