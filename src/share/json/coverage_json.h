// The coverage statement as one JSON object.
// Called by the exporters that write JSON.
// Appends to a Sink, which may be flushed between two sources: with 20,000 of them the object is long.
// One thread.
// Refuses nothing. docs/formats/findings.md gives every key.
#pragma once

#include "model/coverage.h"
#include "share/writer.h"

namespace custos::share {

std::string_view state_name(ReadState state);  // "whole", "partial", "unread"

// Why a source was not read whole, never empty for a source that was not.
std::string why_not_whole(const SourceCoverage& s);

// {"type":"coverage", ...} without a line end.
void append_coverage(Sink& sink, const Coverage& c, JsonPlace place = JsonPlace::Line);

}  // namespace custos::share
