// A case on the screen, a screen long, and as JSON.
// Called by commands/casework.cc.
// Values.
// The main thread.
// Refuses nothing.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "engine/engine.h"

namespace custos::cli {

nlohmann::ordered_json case_json(const std::string& folder, const store::CaseView& view);
void print_case(const std::string& folder, const store::CaseView& view);
// One line of `custos case list`; of a case that is not theirs who looks sees no more than that it is there.
void print_listed(const std::string& folder, const store::CaseView& view, bool is_theirs);

}  // namespace custos::cli
