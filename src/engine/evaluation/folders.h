// Files and values as sets need them: what lies below a folder, a field's text, the name of a file without its packing.
// Used by sets/.
// Owned values, but value(): a view into the event.
// Any thread.
// Refuses a folder that is not there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/evaluation/joining.h"
#include "model/batch.h"

namespace custos::engine {

// Paths of all files below the folder of the evaluation or below another, by name; what can't be opened is told as a problem.
Result<std::vector<std::string>> files_below(Joining& joining, const std::string& folder);

// The first value of that name; empty where there is none.
std::string_view value_of(const Event& event, std::string_view field);
double number_of(const Event& event, std::string_view field);  // 0 where it is none

// "x.json.zst!x.json" and "x.json.gz" are "x.json".
std::string without_packing(std::string_view name);

// "2024-04-19"
std::string date_text(Micros t);

}  // namespace custos::engine
