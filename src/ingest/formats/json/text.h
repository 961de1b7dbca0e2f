// The small grammars inside a JSON value: escapes, numbers, and bytes that are no UTF-8.
// Called by the walk over a record; feeds it texts in the batch's arena.
// What is written lives as long as the arena it was written to.
// Any thread.
// Refuses escapes and numbers that JSON does not have; half surrogates and broken bytes become U+FFFD and are counted.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/arena.h"

namespace custos::ingest::json {

// Undoes the escapes of `s` into `out`, which must have room for s.size() + 16 bytes; 64 bytes behind `s` must be readable.
// Returns the end of what was written, or nullptr for an escape JSON does not have. `half` counts half surrogates.
char* unescape(std::string_view s, char* out, std::uint32_t& half);

enum class Number : std::uint8_t { None, Int, Float };

// Whether all of `s` is a JSON number, of any length.
Number number_kind(std::string_view s);

// A copy of a record with every broken byte replaced by U+FFFD, and the way back from places in the copy to the record.
class Repaired {
 public:
  // The copy has 64 readable bytes behind it.
  std::string_view repair(std::string_view raw, Arena& arena);
  std::uint32_t original(std::uint32_t at) const;
  std::size_t count() const { return places_.size(); }

 private:
  std::vector<std::uint32_t> places_;  // in the copy, of each U+FFFD that was put in
};

}  // namespace custos::ingest::json
