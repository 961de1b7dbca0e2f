// Rule to Expr: modifiers applied, conditions resolved, texts folded.
// Called by load.cc once per rule and pipeline; feeds plan.cc.
// Owned values.
// Any thread.
// Refuses unknown modifiers by name, chains without sense, and rules that unfold beyond 500,000 leaves.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "rules/lower/expr.h"
#include "rules/rule.h"

namespace custos::rules {

Result<Expr> lower(const Rule& rule, const std::map<std::string, std::vector<std::string>>& placeholders);

}  // namespace custos::rules
