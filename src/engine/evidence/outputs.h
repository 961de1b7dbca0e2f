// Keeps what custos writes away from evidence: no result may land in a folder of evidence or in the place of a private key.
// Called before an output is opened.
// Values.
// Any thread.
// Refuses such places, whatever they are called.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace custos::engine {

Result<void> spare_evidence(const std::string& output);
// Evidence that lay among the logs would be read by the next scan.
Result<void> lies_apart(const std::string& folder, const std::vector<std::string>& logs);

}  // namespace custos::engine
