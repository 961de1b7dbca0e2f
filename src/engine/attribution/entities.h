// Who and what an event is about: hosts, users, processes, addresses, files, domains, by the field names logs use for them.
// Called on a hit; feeds Finding::entities.
// Owned values.
// Any thread.
// Refuses placeholders such as "-" and empty values; at most 24 entities an event.
#pragma once

#include <vector>

#include "model/batch.h"
#include "model/finding.h"

namespace custos::engine {

std::vector<Entity> entities_of(const Event& event);

// The kind a field of that name holds; empty where it is none.
std::string_view entity_kind(std::string_view field);

}  // namespace custos::engine
