// What the logs around an incident add to its story: programs that the intruder's programs started, and whom those spoke to.
// Called by incidents.cc for incidents that are to be read.
// Changes the incident in place: further evidence behind its findings, further sentences in order of time.
// One thread.
// Refuses to call any of it a finding: its evidence has no finding, and says on which one it hangs.
#pragma once

#include <span>

#include "correlate/trail/lineage.h"
#include "model/incident.h"

namespace custos::correlate {

void add_context(Incident& incident, std::span<const Kin> kin);

}  // namespace custos::correlate
