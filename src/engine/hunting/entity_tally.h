// The same question asked of the index and of the evidence itself: two ways to one report, which a test holds equal.
// Called by hunts for an entity.
// Results are owned.
// One thread calls; asking the evidence uses several.
// Refuses an index that does not fit together, with Code::Malformed.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "engine/hunting/entity_index.h"
#include "engine/hunting/entity_report.h"
#include "engine/hunting/sealed_sources.h"

namespace custos::engine {

// Of a value that another one holds: it can be looked for, and is nobody's company.
inline bool is_derived(char letter) { return letter >= 'A' && letter <= 'Z'; }

Result<EntityReport> ask_index(EntityIndex& index, const SealedSources& sources, const EntityQuery& query);
EntityReport ask_evidence(SealedSources& sources, const EntityQuery& query, unsigned threads, const std::function<void(const Progress&)>& progress);

// The most events first.
std::vector<std::pair<const std::string*, const Times*>> most_seen(const std::unordered_map<std::string, Times>& of);

}  // namespace custos::engine
