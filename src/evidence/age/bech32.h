// Bech32 (BIP 173), in which age writes its keys: a prefix, '1', five bits a letter and a checksum.
// Called by recipients and identities.
// Owned values.
// Any thread.
// Refuses a wrong checksum, letters of both cases, bits left over that are not zero, and texts longer than 8 KiB.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace custos::evidence {

struct Bech32 {
  std::string prefix;  // spelled as it stands there, in lower or upper case
  std::string bytes;
};

// In lower case; the prefix must be, too.
std::string to_bech32(std::string_view prefix, std::string_view bytes);
// An error never repeats the text: it may be a secret key.
Result<Bech32> parse_bech32(std::string_view text);

}  // namespace custos::evidence
