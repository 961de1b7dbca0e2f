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
  static Key key(std::uint32_t slot, std::string_view value) { return {hash64(value) ^ slot * 0x9E3779B97F4A7C15ull, slot, value}; }

  // Has the memory fetched that find() will want: asked for all values of an event first, their waits overlap.
  void prefetch(const Key& k) const {
    if (!entries_.empty()) __builtin_prefetch(&entries_[place(k)]);
  }

  // The atoms found in this value; false where it is not known. The value is compared whole: an attacker who finds a
  // collision must not hide behind it.
  bool find(const Key& k, std::span<const std::uint32_t>& hits) const {
    if (entries_.empty()) return false;
    const Entry& e = entries_[place(k)];
    if (e.hash != k.hash || e.slot != k.slot || e.size != k.value.size()) return false;
    const std::uint32_t* const kept = e.words <= kInside ? e.inside : pool_.data() + e.inside[0];
    const std::size_t atoms = e.words - words(e.size);
    if (e.size != 0 && std::memcmp(kept + atoms, k.value.data(), e.size) != 0) return false;
    hits = {kept, atoms};
    return true;
  }

  void put(const Key& k, std::span<const std::uint32_t> hits) {
    const std::size_t size = hits.size() + words(k.value.size());
    if (size > 0xFFFF) return;
    if (entries_.empty() || (size > kInside && used_ + size > kPool)) forget(size);
    Entry& e = entries_[place(k)];
    e.hash = k.hash;
    e.slot = k.slot;
    e.size = static_cast<std::uint16_t>(k.value.size());
    e.words = static_cast<std::uint16_t>(size);
    std::uint32_t* to = e.inside;
    if (size > kInside) {
      e.inside[0] = static_cast<std::uint32_t>(used_);
      to = pool_.data() + used_;
      used_ += size;
    }
    if (!hits.empty()) std::memcpy(to, hits.data(), hits.size_bytes());
    if (!k.value.empty()) std::memcpy(to + hits.size(), k.value.data(), k.value.size());
  }

 private:
  static constexpr unsigned kBits = 14;
  static constexpr std::size_t kPool = 1u << 20;  // words: 4 MiB
  static constexpr std::size_t kInside = 12;      // words

  // The atoms, behind them the value: here where they fit, so that most look-ups touch one line of the cache.
  struct alignas(64) Entry {
    std::uint64_t hash = 0;
    std::uint32_t slot = 0xFFFFFFFF;
    std::uint16_t size = 0, words = 0;
    std::uint32_t inside[kInside] = {};  // or the place in the pool
  };

  static std::size_t words(std::size_t bytes) { return (bytes + 3) / 4; }
  static std::size_t place(const Key& k) { return k.hash >> (64 - kBits); }
  void forget(std::size_t at_least) {
    entries_.assign(std::size_t{1} << kBits, {});
    pool_.resize(std::max(kPool, at_least));
    used_ = 0;
  }

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> pool_;
  std::size_t used_ = 0;
};

}  // namespace custos::rules
