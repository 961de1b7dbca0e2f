// The condition grammar of Sigma: text to tree.
// Called by document.cc; feeds Rule::condition.
// Values.
// Any thread.
// Refuses what the grammar lacks (aggregations behind a pipe, unknown words, unbalanced brackets, nesting beyond 100) in words.
#pragma once

#include <string_view>

#include "base/result.h"
#include "rules/rule.h"

namespace custos::rules {

// Precedence from loosest to tightest: or, and, not, "N of x", brackets.
Result<Condition> parse_condition(std::string_view text);

// First character of the identifiers that a filter adds to a rule (load.cc).
inline constexpr char kFilterMark = '\x01';

// True where `name` fits `pattern` with '*' for any run of characters.
bool name_fits(std::string_view pattern, std::string_view name);

// Every name and pattern must stand for at least one identifier of the rule.
Result<void> check_condition(const Condition& condition, const Rule& rule);

}  // namespace custos::rules
