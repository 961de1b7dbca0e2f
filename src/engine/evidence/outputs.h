// Keeps evidence away from the logs that it is made of.
// Called before a folder is sealed to.
// Values.
// Any thread.
// Refuses a folder among the logs, whatever it is called.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace custos::engine {

// Evidence that lay among the logs would be read by the next scan.
Result<void> lies_apart(const std::string& folder, const std::vector<std::string>& logs);

}  // namespace custos::engine
