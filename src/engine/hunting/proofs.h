// Records of a case with all that somebody else needs to check that they were sealed: docs/formats/hunt.md.
// Called by the documents of hunts.
// Writes to an Output; holds one segment and its tree at a time.
// One thread.
// Refuses a segment whose records don't give the root on record, and an entry that its checkpoint does not cover: the others are written, and it is an error.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "engine/hunting/sealed_sources.h"
#include "share/share.h"

namespace custos::engine {

void write_title(const std::string& case_number, const std::string& what, const std::string& query, std::optional<std::uint64_t> recorded, share::Output& out);

// Where a record lies, as a hit says it.
nlohmann::ordered_json pointer_json(const SealedSources& sources, const SealedSource& source, const SealedPlace& place);

// A line for each segment, and one for each of these records.
Result<void> write_proofs(SealedSources& sources, const std::set<SealedPlace>& places, share::Output& out);

}  // namespace custos::engine
