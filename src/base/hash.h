// Hashes: a fast one for tables, SHA-256 for identity.
// Called by dictionaries, indexes and rule identities.
// Values.
// Any thread.
// Refuses nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <xxhash.h>

namespace custos {

inline std::uint64_t hash64(std::string_view s) { return XXH3_64bits(s.data(), s.size()); }

// Hash and equality for tables keyed by text that are asked with a string_view.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view s) const { return hash64(s); }
};
struct TextEqual {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return a == b; }
};

// Lower-case hexadecimal SHA-256, 64 characters.
std::string sha256_hex(std::string_view s);

}  // namespace custos
