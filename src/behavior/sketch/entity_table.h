// What is known about each of many entities, in memory with a bound: a hash table that lets the least recent and lightest go.
// Called by detectors with a key of 64 bits and the day; feeds their scores, and state between runs.
// touch() gives a reference that is good until the next touch() of another key, which may need its place. find() gives one as short-lived.
// One thread.
// Refuses no key: it evicts instead, and counts. load() refuses damage and leaves the table as it was.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/pack.h"
#include "behavior/sketch/mix.h"

namespace custos::behavior {

// How much a value is worth keeping among those of the same day.
struct OwnWeight {
  auto operator()(const auto& value) const { return value.weight(); }
};

// A key belongs to two buckets of eight places and goes to the emptier one (Azar, Broder, Karlin, Upfal: "Balanced allocations", 1999); where
// both are full, one of theirs moves to its other bucket (Pagh, Rodler: "Cuckoo hashing", 2004, but one step): some nine in ten places are
// taken before that fails. Then the table grows; at its bound the entry of the two buckets with the earliest day goes, among those the
// lightest, then the one with the highest key. Values stand apart from keys: they don't move, and take no room before
// they are there. A Value can be made from nothing and has save(Packer&) const and bool load(Unpacker&).
template <class Value, class Weight = OwnWeight>
class EntityTable {
 public:
  // The bound is `bytes`, 16 entries at least. What a Value holds elsewhere is not seen; while keys move to more buckets, half of the
  // final 16 bytes an entry are there twice.
  explicit EntityTable(std::size_t bytes, Weight weight = {})
      : most_(std::clamp<std::size_t>((bytes - std::min(bytes, sizeof(EntityTable))) / (kPlaces * kEntryBytes), 2, std::size_t{1} << 28)),
        weight_(weight),
        buckets_(2) {}

  // The entry of this key, new or known; its day is the latest it was touched on.
  Value& touch(std::uint64_t key, std::int32_t day) {
    if (const Place p = locate(key); p.bucket) {
      p.day() = std::max(p.day(), day);
      return value(p.ref());
    }
    return value(claim(key, day));
  }
  const Value* find(std::uint64_t key) const {
    const Place p = locate(key);
    return p.bucket ? &value(p.ref()) : nullptr;
  }
  Value* find(std::uint64_t key) { return const_cast<Value*>(std::as_const(*this).find(key)); }

  std::size_t size() const { return size_; }
  std::size_t capacity() const { return most_ * kPlaces; }
  std::uint64_t evictions() const { return evictions_; }
  std::size_t bytes() const {
    std::size_t sum = sizeof *this + buckets_.capacity() * sizeof(Bucket) + free_.capacity() * sizeof(std::uint32_t);
    return sum + held_values_ * sizeof(Value) + blocks_.capacity() * sizeof(blocks_[0]);
  }

  // f(key, day, value), by key.
  template <class F>
  void each(F f) const {
    for (const Sorted& s : sorted()) f(s.key, s.day, value(s.ref));
  }
  template <class F>
  void each(F f) {
    for (const Sorted& s : sorted()) f(s.key, s.day, value(s.ref));
  }

  // Values of keys that both know are merged by Value::merge; keys come in order, and evict as if touched.
  void merge(const EntityTable& other) {
    other.each([this](std::uint64_t key, std::int32_t day, const Value& v) { static_cast<void>(touch(key, day).merge(v)); });
    evictions_ += other.evictions_;
  }

  // By key, with what decides later evictions: a table that is loaded goes on as the one that was saved would have.
  void save(Packer& out) const;
  // A saved table of more room than this one goes in by key, and evicts.
  [[nodiscard]] bool load(Unpacker& in);

 private:
  static constexpr std::size_t kPlaces = 8;
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  static constexpr std::size_t kBlock = std::bit_floor(std::clamp<std::size_t>(16384 / sizeof(Value), 1, 1024));
  static constexpr std::size_t kEntryBytes = 16 + sizeof(Value) + (2 * sizeof(void*) + kBlock - 1) / kBlock;

  // Places are taken from the first on and never given back.
  struct alignas(64) Bucket {
    Bucket() { refs.fill(kNone); }
    std::array<std::uint64_t, kPlaces> keys{};
    std::array<std::int32_t, kPlaces> days{};
    std::array<std::uint32_t, kPlaces> refs;  // which value
    std::size_t taken() const { return static_cast<std::size_t>(std::find(refs.begin(), refs.end(), kNone) - refs.begin()); }
  };
  struct Place {
    Bucket* bucket = nullptr;
    std::size_t at = 0;
    std::int32_t& day() const { return bucket->days[at]; }
    std::uint32_t& ref() const { return bucket->refs[at]; }
  };
  struct Sorted {
    std::uint64_t key;
    std::int32_t day;
    std::uint32_t ref;
    bool second;  // stands in the second of its buckets
  };

  std::array<std::size_t, 2> homes(std::uint64_t key) const {
    const std::uint64_t h = mixed(key, 0xA7D3190C5E86F2B4u);
    const std::size_t n = buckets_.size(), a = place_of(static_cast<std::uint32_t>(h >> 32), n), b = place_of(static_cast<std::uint32_t>(h), n);
    return {a, a != b ? b : (a + 1) % n};
  }
  Place locate(std::uint64_t key) const {
    for (const std::size_t home : homes(key)) {
      Bucket& b = const_cast<Bucket&>(buckets_[home]);
      for (std::size_t i = 0; i < kPlaces; ++i) {
        if (b.keys[i] == key && b.refs[i] != kNone) return {&b, i};
      }
    }
    return {};
  }
  Value& value(std::uint32_t ref) { return blocks_[ref / kBlock][ref % kBlock]; }
  const Value& value(std::uint32_t ref) const { return blocks_[ref / kBlock][ref % kBlock]; }

  std::uint32_t new_value();
  std::uint32_t claim(std::uint64_t key, std::int32_t day);
  // A place in the emptier home, nowhere if both are full.
  Place vacancy(std::uint64_t key);
  Place make_way(std::uint64_t key);
  Place loser(std::uint64_t key);
  void grow();
  std::vector<Sorted> sorted() const;

  std::size_t most_;  // buckets
  [[no_unique_address]] Weight weight_;
  std::vector<Bucket> buckets_;
  std::vector<std::unique_ptr<Value[]>> blocks_;
  std::vector<std::uint32_t> free_;  // values whose entry was lost while the table grew
  std::size_t held_values_ = 0, size_ = 0;
  std::uint64_t evictions_ = 0;
};

}  // namespace custos::behavior

#include "behavior/sketch/entity_table_inside.h"
#include "behavior/sketch/entity_table_saved.h"
