// Keeps what custos writes away from evidence: no result may land in a folder of evidence or in the place of a private key.
// Called by OutputFile::create, so that no command can forget it, and before folders are made or hours are spent for an output.
// Values.
// Any thread.
// Refuses such places, by whatever path or link they are named.
#pragma once

#include <string>

#include "base/result.h"

namespace custos {

// A folder of evidence is known by the names in it (docs/formats/evidence-log.md), also a damaged one: log.json or checkpoint, and journal/.
Result<void> spare_evidence(const std::string& output);
// Whether the first is the second or lies in it.
bool lies_in(const std::string& inner, const std::string& outer);

}  // namespace custos
