// The `correlation:` section of a Sigma document.
// Called by document.cc; feeds Rule::correlation.
// Values.
// Any thread.
// Refuses missing parts, unknown types and numbers out of range, by line.
#pragma once

#include "base/result.h"
#include "rules/rule.h"
#include "base/yaml.h"

namespace custos::rules {

Result<void> read_correlation(const Yaml& section, Rule& rule);

}  // namespace custos::rules
