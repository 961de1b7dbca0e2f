// Remembers for recent values which literals the index found in them: real logs repeat most of their values.
// Used by matcher.cc in front of ValueIndex.
// Entries live until another value takes their place.
// One thread.
// Refuses values beyond 256 bytes: they rarely come twice and would cost more to keep than to search.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"

namespace custos::rules {

class ValueCache {
 public:
  static constexpr std::size_t kEntries = 1u << 15;
  static constexpr std::size_t kMaxValue = 256;

  struct Entry {
    std::uint64_t hash = 0;
    std::uint32_t slot = 0xFFFFFFFF;
    std::string value;
    std::vector<std::uint32_t> hits;
  };

  ValueCache() : entries_(kEntries) {}

  static std::uint64_t hash(std::string_view value) { return hash64(value); }
  // The place of a value, whoever stands there now.
  Entry& at(std::uint64_t hash, std::uint32_t slot) { return entries_[(hash ^ slot * 0x9E3779B97F4A7C15ull) >> 49]; }
  // The value is compared whole: an attacker who finds a collision must not hide behind it.
  static bool is(const Entry& e, std::uint64_t hash, std::uint32_t slot, std::string_view value) {
    return e.hash == hash && e.slot == slot && e.value == value;
  }

 private:
  std::vector<Entry> entries_;
};

}  // namespace custos::rules
