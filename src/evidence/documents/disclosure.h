// Values that can be withheld: a document has their salted hashes, disclosures of them can be handed over later (SD-JWT, RFC 9901 section 4.2.1).
// Called by finding documents, packages and whoever checks them.
// Owned values.
// Any thread.
// Refuses any spelling but the one custos writes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"

namespace custos::evidence {

// A new salt each time; the text is base64url of a JSON array.
std::string make_disclosure(std::string_view name, const nlohmann::json& value);
// base64url of the SHA-256 of its text.
std::string digest_of(std::string_view disclosure);

// Disclosures as they are kept, each with a line end; false where the last has none.
bool split_disclosures(std::string_view record, std::vector<std::string_view>& disclosures);

struct Disclosed {
  std::string name, text;  // text: the value, of an object its JSON
};
Result<Disclosed> read_disclosure(std::string_view disclosure);

}  // namespace custos::evidence
