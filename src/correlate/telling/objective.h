// What they were after: a weighing of five objectives, each with what speaks for it and against it. Never a bare label.
// Called by incidents.cc.
// Owned values.
// Any thread.
// Refuses to decide where little speaks for anything: then the shares lie close together, and that is what is shown.
#pragma once

#include <span>
#include <vector>

#include "correlate/grouping/grouping.h"
#include "model/incident.h"

namespace custos::correlate {

// share(o) = e^w(o) / sum of e^w over all five, w(o) being the sum of weights for it less those against it.
// The weights are chosen by hand and stand in objective.cc; they order reasons, they are no probabilities that were measured.
std::vector<Objective> objectives_of(std::span<const Item> items, const Group& group, const std::vector<IncidentEntity>& entities,
                                     const std::vector<StageSeen>& stages);

}  // namespace custos::correlate
