// Sigma filters: joined with AND into the rules they name, without their identifiers colliding with the rule's or each other's.
// Called by load.cc before pipelines, so that pipelines map the filter's fields too.
// Changes the rule in place.
// One thread.
// Refuses nothing: a filter that names no loaded rule simply changes none.
#pragma once

#include <cstddef>

#include "rules/rule.h"

namespace custos::rules {

// Whether the filter is meant for this rule: by id, name or `any`, and by log source (what the filter gives, the rule must have).
bool filter_applies(const Rule& filter, const Rule& rule);

// `ordinal` keeps the identifiers of several filters apart.
void apply_filter(const Rule& filter, std::size_t ordinal, Rule& rule);

}  // namespace custos::rules
