// What behaviour analytics raises: an actor whose recent windows are together too odd for chance, within the budget.
// Made by analysis.cc; turned into findings by engine/.
// Owned values; texts in sentences are copies.
// Any thread.
// Refuses nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "behavior/judge.h"

namespace custos::behavior {

// One detector's word about one window.
struct Part {
  std::string detector, title, stage, attack;
  Micros window = kNoTime;  // its beginning
  double p = 1;
  Why why;
};

struct Anomaly {
  Who who = Who::Host;
  std::string actor;           // canonical name
  Micros first = kNoTime, last = kNoTime;  // of the evidence
  Micros raised = kNoTime;     // when it could be known: the end of the window, or the fact that crossed the line
  double p = 1;                // of the last window, all detectors together
  double odds = 0;             // Shiryaev-Roberts statistic: how many times likelier than under ordinary days, at least
  double threshold = 0;        // what it had to reach to keep the budget
  std::vector<Part> parts;     // the smallest p first
};

}  // namespace custos::behavior
