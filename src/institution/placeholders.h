// What rules may ask an institution for by name: `field|expand: '%domain_controller_accounts%'`.
// Called by the engine when rules are loaded with an institution file; feeds rules::Placeholders.
// Owned values.
// Any thread.
// Refuses nothing: what an institution does not have has no entry. docs/formats/institution.md lists the names.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/institution.h"

namespace custos::institution {

std::map<std::string, std::vector<std::string>> placeholders(const Institution& institution);

}  // namespace custos::institution
