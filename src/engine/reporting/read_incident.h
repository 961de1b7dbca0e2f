// An incident out of its JSON (docs/formats/incidents.md), as it was sealed.
// Called by gathering.cc.
// Owned values.
// Any thread.
// Refuses nothing: what is missing or of another type is as if it said nothing.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "share/share.h"

namespace custos::engine {

// Evidence, entities, story and the rest, and `exposure` where it is there.
void read_incident(const nlohmann::json& from, share::ReportIncident& into);

}  // namespace custos::engine
