// What computers, accounts, addresses and programs were to the intruder.
// Called by incidents.cc; stories, graphs and containment name them so.
// Owned values.
// Any thread.
// Refuses a role that no finding gives: then an entity is "involved".
#pragma once

#include <span>
#include <vector>

#include "correlate/grouping/grouping.h"
#include "model/incident.h"

namespace custos::correlate {

// Footholds first, then by when they came in. Kinds: host account address domain program.
std::vector<IncidentEntity> entities_of(std::span<const Item> items, const Group& group);

}  // namespace custos::correlate
