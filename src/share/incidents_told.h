// Incidents on the screen: what happened, where, by what account, told in a few sentences, and what no log shows.
// Called by summary.cc.
// Appends to the screen given.
// Any thread.
// Refuses nothing; of many incidents the first are told, the others counted.
#pragma once

#include <cstdint>
#include <span>

#include "model/incident.h"
#include "share/screen.h"

namespace custos::share {

// At most 13 lines for the first, 7 for each of the next two, and 2.
void tell_incidents(Screen& screen, std::span<const Incident> incidents);

}  // namespace custos::share
