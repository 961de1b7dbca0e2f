// Base64 in the two spellings that evidence is written in.
// Called by evidence/ for notes, proofs, envelopes and disclosures.
// Values.
// Any thread.
// Refuses any spelling but the one that encoding gives: no blanks, right padding, zero trailing bits.
#pragma once

#include <string>
#include <string_view>

namespace custos {

// RFC 4648 section 4, padded.
std::string to_base64(std::string_view bytes);
bool from_base64(std::string_view text, std::string& bytes);

// RFC 4648 section 5, without padding.
std::string to_base64url(std::string_view bytes);
bool from_base64url(std::string_view text, std::string& bytes);

}  // namespace custos
