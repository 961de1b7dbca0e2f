// The contract of a set of labelled data: reads a folder, fills scenes with observations and their truth, and freezes the splits.
// Called by evaluation.cc; every file of sets/ defines one `extern const Set set`.
// Static constants.
// One thread.
// Refuses a folder that does not hold the set, with a sentence that says what it looks for.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "engine/evaluation/joining.h"

namespace custos::engine {

struct Set {
  std::string_view name;  // "ait"
  std::string_view title;
  std::string_view unit;   // what an alarm is about
  std::string_view phase;  // what a phase is
  bool beds = false;       // takes --beds
  bool days = false;       // takes --learn and --calibrate
  Result<void> (*read)(Joining& joining);
};

// The catalogue: every file of engine/evaluation/sets/.
std::span<const Set* const> sets();

}  // namespace custos::engine
