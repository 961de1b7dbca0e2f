// Rule sets that are k times as large as the given one: every rule again and again, each time with other literals.
// Called by bench.cc; feeds rules::load().
// Owned values.
// Any thread.
// Refuses nothing: what it does not understand in a rule file stays as it is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/rules.h"

namespace custos::engine::benchmarking {

// A rule file with letters added to every text that a detection compares with (odd copies behind it, even ones before it) and with
// other ids, names and titles. Numbers, regular expressions, networks, conditions and selections called filter* stay: an exclusion that
// excludes nothing would be a flood of findings. Empty when there is no text to change, or when the file holds a correlation or a filter.
std::string with_other_literals(std::string_view rule_file, unsigned copy);

// `times` 1: the texts themselves.
std::vector<rules::RuleText> times_the_literals(const std::vector<rules::RuleText>& texts, unsigned times);

}  // namespace custos::engine::benchmarking
