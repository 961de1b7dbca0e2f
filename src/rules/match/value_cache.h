// Remembers for recent values which literals the index found in them: real logs repeat most of their values.
// Used by matcher.cc in front of ValueIndex.
// An entry lives until another value takes its place or the pool is full; what find() shows, until the next put().
// One thread.
// Refuses values beyond kMaxValue bytes: they rarely come twice and would cost more to keep than to search.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "base/hash.h"

namespace custos::rules {

class ValueCache {
 public:
  static constexpr std::size_t kMaxValue = 2048;  // call stacks have this length, and repeat

  struct Key {
    std::uint64_t hash;
    std::uint32_t slot;
    std::string_view value;
  };
  static Key key(std::uint32_t slot, std::string_view value) { return {hash64(value), slot, value}; }

  // The atoms found in this value; false where it is not known. The value is compared whole: an attacker who finds a
  // collision must not hide behind it.
  bool find(const Key& k, std::span<const std::uint32_t>& hits) const {
    if (entries_.empty()) return false;
    const Entry& e = entries_[place(k)];
    if (e.hash != k.hash || e.slot != k.slot || e.size != k.value.size()) return false;
    const std::uint32_t* const kept = pool_.data() + e.at;
    if (std::memcmp(kept + e.hits, k.value.data(), e.size) != 0) return false;
    hits = {kept, e.hits};
    return true;
  }

  void put(const Key& k, std::span<const std::uint32_t> hits) {
    const std::size_t words = hits.size() + (k.value.size() + 3) / 4;
    if (entries_.empty() || used_ + words > kPool) forget(words);
    Entry& e = entries_[place(k)];
    e = {k.hash, k.slot, static_cast<std::uint32_t>(k.value.size()), static_cast<std::uint32_t>(used_),
         static_cast<std::uint32_t>(hits.size())};
    if (!hits.empty()) std::memcpy(pool_.data() + used_, hits.data(), hits.size_bytes());
    std::memcpy(pool_.data() + used_ + hits.size(), k.value.data(), k.value.size());
    used_ += words;
  }

 private:
  static constexpr unsigned kBits = 15;
  static constexpr std::size_t kPool = 1u << 20;  // words: 4 MiB

  struct Entry {
    std::uint64_t hash = 0;
    std::uint32_t slot = 0xFFFFFFFF, size = 0;
    std::uint32_t at = 0, hits = 0;  // in the pool: the atoms, behind them the value
  };

  static std::size_t place(const Key& k) { return (k.hash ^ k.slot * 0x9E3779B97F4A7C15ull) >> (64 - kBits); }
  void forget(std::size_t words) {
    entries_.assign(std::size_t{1} << kBits, {});
    pool_.resize(std::max(kPool, words));
    used_ = 0;
  }

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> pool_;
  std::size_t used_ = 0;
};

}  // namespace custos::rules
