// The expression over named conditions in `rule_cond_expr` and its two sisters: and, or, not, parentheses.
// Called by conditions.cc; feeds Conditions::logic.
// Owned values.
// Any thread.
// Refuses what is no expression, names without a condition, and conditions that no expression names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace custos::rules::pipeline {

struct Logic {
  enum class Kind : unsigned char { Leaf, And, Or, Not };
  Kind kind = Kind::Leaf;
  std::size_t leaf = 0;  // index into the names
  std::vector<Logic> children;
};

Result<Logic> parse_logic(std::string_view text, const std::vector<std::string>& names);

}  // namespace custos::rules::pipeline
