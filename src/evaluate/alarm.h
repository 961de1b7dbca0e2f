// An alarm: what a finding source would put before an analyst, with the observations it rests on.
// Made by sources; read by figures and calibration.
// A plain owned value.
// Any thread.
// Refuses nothing; an alarm without events can be neither true nor ignored, so it counts as false.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace custos::evaluate {

struct Alarm {
  Micros time = kNoTime;              // of its first observation; decides the day whose budget it uses
  std::string entity, what;           // "mail", "an alert type seen twice before, 41 times in this hour"
  double score = 0;                   // larger is worse; alarms of a day are ranked by it
  double p = -1;                      // the share of ordinary groups at least as odd, as the source promises it; below 0: none is given
  bool raised = true;                 // false: scored for calibration only, below the source's own threshold
  std::vector<std::uint32_t> events;  // places in Recording::observations
};

}  // namespace custos::evaluate
