// Text as the rest of custos wants it: valid UTF-8, folded for comparison, safe to print.
// Called by decoders (to make text valid), rules (to fold) and exporters (to print).
// Results are views into the given arena or owned strings, as each says.
// Any thread.
// Refuses nothing: what is no text becomes U+FFFD and is counted by the caller.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/arena.h"

namespace custos {

bool is_valid_utf8(std::string_view s);
bool is_ascii_of_any_size(std::string_view s);
inline bool is_ascii(std::string_view s) {
  const std::size_t n = s.size();
  if (n - 8 > 24) return is_ascii_of_any_size(s);
  // Eight to thirty-two bytes, as most values have: four reads that overlap, and no loop.
  const auto eight = [&s](std::size_t at) {
    std::uint64_t w;
    std::memcpy(&w, s.data() + at, 8);
    return w;
  };
  const std::uint64_t any = eight(0) | eight(std::min<std::size_t>(8, n - 8)) | eight(n < 16 ? 0 : n - 16) | eight(n - 8);
  return (any & 0x8080808080808080ull) == 0;
}

// `s` itself where it is valid UTF-8, else a copy in `arena` with each broken byte replaced by U+FFFD.
std::string_view valid_utf8(std::string_view s, Arena& arena);
std::string to_valid_utf8(std::string_view s);

// UTF-16LE units to UTF-8 in `arena`; lone surrogates become U+FFFD. `units` is a byte view, an odd last byte is ignored.
std::string_view utf16le_to_utf8(std::string_view units, Arena& arena);

std::string utf8_to_utf16le(std::string_view s);
std::string utf8_to_utf16be(std::string_view s);

// Whether folding changes nothing in it but the case of ASCII letters.
bool folds_as_ascii(std::string_view s);

// Unicode simple case folding (C+S of CaseFolding.txt as utf8proc has it): one code point to one, so lengths in characters
// stay. ASCII is the fast path.
std::string fold(std::string_view s);
// Folds into `out` (replaced); returns false when `s` was not pure ASCII, so byte positions may differ from `s`.
bool fold_into(std::string_view s, std::string& out);

inline char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }
bool equals_ignore_ascii_case(std::string_view a, std::string_view b);

std::string_view trim(std::string_view s);

// For a terminal: control characters, escapes and bidirectional overrides become visible as <U+001B>; cut to `max` bytes
// at a character border with "..." when longer (0: no bound).
std::string printable(std::string_view s, std::size_t max = 0);

// As the inside of a JSON string, without the quotes. `s` must be valid UTF-8.
void append_json_escaped(std::string& out, std::string_view s);

}  // namespace custos
