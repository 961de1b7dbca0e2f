// What intruders do against the logs and against what could be found of them.
// Called by campaigns/; feeds Windows.
// Nothing is kept.
// One thread.
// Refuses nothing. The records written before stay in the logs that were collected: only the computer itself forgets.
#pragma once

#include "simulate/intruder/place.h"

namespace custos::simulate {

// Loudly the Security log is cleared; quietly auditing of files is switched off for a while and the tool removed. Returns the end.
Micros cover_up(Operation& op, Micros now, const Place& p, const std::string& tool, bool quietly);

}  // namespace custos::simulate
