// Where the fields of an event stand in its record, so that a value can be withheld and the rest be shown.
// Called by make_finding.
// Owned values.
// Any thread.
// Refuses nothing: a field without a place is no part, and stays in what stands between the parts.
#pragma once

#include <string_view>
#include <vector>

#include "model/batch.h"
#include "model/finding.h"

namespace custos::engine {

// In order, none over another. Fields inside others are no parts of their own: hiding one of them hides what it stands in.
std::vector<FieldPart> parts_of(const Event& event, std::string_view raw);

}  // namespace custos::engine
