// How grave a group of findings is: each kind of finding counts once, more where nothing else in these logs is like it, and more with every stage.
// Called by incidents.cc; the ranking and the budget rest on it.
// Values.
// Any thread.
// Refuses to count the same twice: a rule that fires a hundred times says little more than once.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "correlate/grouping/grouping.h"
#include "model/incident.h"

namespace custos::correlate {

// A medium finding that is the only one of its rule reaches it, and so do a high one, or medium ones of two rules.
inline constexpr double kRaisedFrom = 4;

// In how many groups each rule (its hash; a detector's name) has findings.
using Spread = std::map<std::string, std::uint32_t>;
Spread spread_of(std::span<const Item> items, std::span<const Group> groups);

struct Score {
  double points = 0;
  Micros raised = kNoTime;  // of the finding with which it reached kRaisedFrom
};
// points(rule) = 10 critical, 5 high, 2 medium, 0.5 low, 0.1 informational; of a medium one 2 (1 + 1 / groups with this rule);
// a detector of behaviour: 3, and 1 for each further day up to 3. Sum over rules, times 1 + 0.15 (stages - 1).
Score score_of(std::span<const Item> items, const Group& group, const Spread& spread);

}  // namespace custos::correlate
