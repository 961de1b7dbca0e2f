// Names of incidents that a case already knows: what was called something goes on being called so, whatever more logs show.
// Called by engine/ before incidents are shown, sealed or put on record.
// Changes incidents in place.
// One thread.
// Refuses to give one name to two incidents: where one has come apart the part with most of its findings keeps the name.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/incident.h"

namespace custos::correlate {

struct KnownIncident {
  std::string id;
  std::vector<std::string> findings;  // ids of all that it had
};

// An incident that has findings of known ones takes the id of the first of them in `known`, the oldest first; the others' ids stand in Incident::was.
void keep_names(std::vector<Incident>& incidents, std::span<const KnownIncident> known);

}  // namespace custos::correlate
