// Texts made of lines, as C2SP's formats are.
// Called by whatever parses a checkpoint, a proof or a request.
// Views into the text.
// Any thread.
// Refuses a last line that does not end.
#pragma once

#include <string_view>

#include "base/crypto/sha256.h"

namespace custos::evidence {

// Takes a line and its newline off the front; false where no newline is left.
bool take_line(std::string_view& text, std::string_view& line);
// A hash in base64.
bool parse_hash(std::string_view text, Hash32& hash);

inline constexpr std::size_t kMostProofLines = 63;  // of a tree with 2^63 leaves

}  // namespace custos::evidence
