// The conditions on whole rules: log source, contained fields, attributes, tags, what was done before.
// Called by conditions.cc; feeds Step.
// Owned closures, immutable once made.
// Any thread.
// Refuses unknown types and attributes by name.
#pragma once

#include <string>

#include "rules/pipeline/params.h"
#include "rules/pipeline/step.h"
#include "rules/pipeline/values.h"

namespace custos::rules::pipeline {

Result<RuleCondition> make_rule_condition(const std::string& type, Params& p);

// `processing_state`: a comparison with what set_state kept.
class StateTest {
 public:
  explicit StateTest(Params& p);
  // An Error where the two are of different kinds and the comparison wants an order.
  Result<bool> holds(const Run& run) const;

 private:
  std::string key_, op_;
  Scalar wanted_;
};

// Equal in type and content; text that is case-sensitive (|cased) equals nothing.
bool same_value(const Value& wanted, const Value& value);

}  // namespace custos::rules::pipeline
