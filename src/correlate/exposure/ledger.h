// The exposure ledger of an incident: what became of each protected item that the intruder, as far as findings tell, came near.
// Called by incidents.cc for each incident; its sentences rest on records added to the incident's evidence.
// Changes the incident in place.
// One thread.
// Refuses to say "not touched": an item that is not listed was not touched as far as these logs show. docs/formats/incidents.md has the rules in words.
#pragma once

#include <span>

#include "correlate/exposure/visit.h"
#include "correlate/grouping/grouping.h"
#include "model/incident.h"
#include "model/institution.h"

namespace custos::correlate {

// `visits` by time; Visit::item counts in `protects`.
void add_exposure(Incident& incident, std::span<const Item> items, const Group& group, std::span<const Visit> visits, std::span<const ProtectedItem> protects,
                  const Surroundings& around);

}  // namespace custos::correlate
