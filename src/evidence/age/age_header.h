// The header of an age file: a stanza for each recipient, and a MAC over all of it.
// Called by age files.
// Owned values.
// Any thread.
// Refuses whatever is not spelled as the specification says, headers over 1 MiB and more than 1,024 stanzas.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/crypto/sha256.h"
#include "evidence/age/primitives.h"

namespace custos::evidence {

inline constexpr std::string_view kAgeVersion = "age-encryption.org/v1\n";
inline constexpr std::size_t kMostStanzas = 1024;

struct AgeStanza {
  std::vector<std::string> arguments;  // the first is the type
  std::string body;                    // bytes
};

struct AgeHeader {
  std::vector<AgeStanza> stanzas;
  Hash32 mac{};
  std::size_t covered = 0;  // so many bytes of the file are under the MAC
  std::size_t size = 0;     // of the header; the payload begins here
};

std::string to_text(const AgeStanza& stanza);
// Version line, stanzas and MAC. False where OpenSSL can't.
[[nodiscard]] bool write_age_header(const std::vector<AgeStanza>& stanzas, const Secret<16>& file_key, std::string& out);

Result<AgeHeader> parse_age_header(std::string_view sealed);
[[nodiscard]] bool age_header_mac(const Secret<16>& file_key, std::string_view covered, Hash32& mac);

// Base64 without padding, in its only spelling.
std::string to_bare_base64(std::string_view bytes);
bool from_bare_base64(std::string_view text, std::string& bytes);

// What to say of an age file that is damaged.
tl::unexpected<Error> damaged_age_file(std::string_view why);

}  // namespace custos::evidence
