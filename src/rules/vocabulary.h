// Which events a rule's logsource speaks of.
// Called by plan.cc for every pair of rule and log source; by `rules check` to name unknown words.
// Static facts: the Sigma taxonomy appendix and the products of the public rules.
// Any thread.
// Refuses nothing. A rule whose logsource uses a word nobody knows is applied to every event: it must not be silent.
#pragma once

#include "model/log_source.h"
#include "rules/rule.h"

namespace custos::rules {

// An event of unknown source can't be ruled out by anything; a known one must have what the rule asks for.
bool speaks_of(const LogSourceRef& rule, const LogSource& event);

// True where product, category and service are all words of the taxonomy (or absent).
bool known_words(const LogSourceRef& rule);

}  // namespace custos::rules
