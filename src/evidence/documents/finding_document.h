// A finding as it is sealed: what custos says of it in the open, what comes out of logs behind salted hashes. docs/formats/evidence-log.md has every key.
// Called by the sealing of a scan (write), by packages and the verifier (read).
// Owned values.
// Any thread.
// Refuses documents with anything missing or of another type.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "model/finding.h"

namespace custos::evidence {

struct RecordPlace {
  std::string segment;  // name of its file
  std::uint32_t leaf = 0;
  bool operator==(const RecordPlace&) const = default;
};

struct SealedFinding {
  std::string document;
  std::string disclosures;  // a line each, in the order of the document's hashes
};

// `line`: the finding as --json writes it. `places`: its own record first; of records that were not kept there is none.
SealedFinding seal_finding(const nlohmann::json& line, const std::vector<FieldPart>& parts, bool verbatim, const std::vector<RecordPlace>& places);

struct Held {
  std::string what, name, digest;
};

struct FindingDocument {
  std::string id, title, level, time;
  std::uint64_t count = 0;
  bool verbatim = false;
  std::vector<RecordPlace> places;
  std::vector<Held> holds;
};

Result<FindingDocument> read_finding_document(std::string_view document);

}  // namespace custos::evidence
