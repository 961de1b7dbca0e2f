// The facts of a scan to findings of behaviour: names resolved, a baseline taken or made from the first part, the budget spent.
// Called by scan.cc and learn.cc when all is read.
// Results are owned values.
// One thread.
// Refuses a baseline's body that does not hold together; where there is too little to learn from it says so and judges what needs no history.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/behavior/fact_reading.h"
#include "model/coverage.h"
#include "model/finding.h"

namespace custos::engine {

struct BehaviorOptions {
  bool on = true;
  std::string baseline;          // file; empty: the first part of the logs serves as one
  double budget = 5;             // findings a day
  std::size_t memory = 512u << 20;
};

struct BehaviorOutcome {
  std::vector<Finding> findings;  // by time
  BehaviorCoverage coverage;
};

// `texts` takes the texts of the facts. `baseline_body` is what BehaviorOptions::baseline holds, read before the logs are: a wrong file must not cost a scan
// of hours.
Result<BehaviorOutcome> judge_behavior(const BehaviorOptions& options, const BehaviorInput& input, const std::string& baseline_body,
                                       Dictionary& texts);

// Learns from the facts what they tell beyond the baseline, which may be empty, and gives the new one's body. Only whole windows are learned from.
struct Learned {
  std::string body;
  BehaviorCoverage coverage;
  bool anything = true;  // false: no whole window lies after what the baseline knew
  std::vector<std::string> remarks;
};
Result<Learned> learn_behavior(const BehaviorOptions& options, const BehaviorInput& input, const std::string& baseline_body);

}  // namespace custos::engine
