// An anomaly as a finding.
// Called by judging.cc.
// Owned values.
// Any thread.
// Refuses nothing.
#pragma once

#include <functional>
#include <string>

#include "behavior/behavior.h"
#include "model/finding.h"

namespace custos::engine {

Finding unusual(const behavior::Anomaly& anomaly, const std::function<std::string(std::uint32_t source)>& file_of);

}  // namespace custos::engine
