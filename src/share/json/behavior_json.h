// What behaviour analytics says of a finding, as one JSON object: docs/formats/findings.md.
// Called by the JSON and OCSF exporters.
// Appends to the writer's string.
// Any thread.
// Refuses nothing; a figure that is no number becomes null.
#pragma once

#include "model/finding.h"
#include "share/writer.h"

namespace custos::share {

void append_behavior(JsonWriter& w, const Behavior& b);

}  // namespace custos::share
