// An incident as one JSON object: docs/formats/incidents.md.
// Called by the JSON exporter and by whoever puts incidents on record.
// Appends to the writer's string.
// Any thread.
// Refuses nothing.
#pragma once

#include "model/incident.h"
#include "share/writer.h"

namespace custos::share {

void append_incident(JsonWriter& w, const Incident& i);
void append_place(JsonWriter& w, const Place& p);

}  // namespace custos::share
