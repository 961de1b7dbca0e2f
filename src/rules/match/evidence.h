// Why a rule held: the true leaves of its expression with the values that made them true.
// Called on a hit only.
// Owned values.
// One thread.
// Refuses nothing; at most 64 values a rule, each cut at 4 KiB.
#pragma once

#include <vector>

#include "model/batch.h"
#include "model/finding.h"
#include "rules/match/evaluation.h"
#include "rules/match/plan.h"

namespace custos::rules {

// Appends to `out`; Match::offset counts from the raw record's first byte. Negated parts prove nothing by a value and are left out.
void gather_matches(const Plan& plan, std::uint32_t root, const Event& event, Evaluation& state, LeafMatcher& leaves, std::vector<Match>& out);

}  // namespace custos::rules
