// The heaviest of very many keys, with how heavy they are at most and at least: SpaceSaving.
// Called by detectors with keys of 64 bits; answers bounds for any key and a list of the heaviest.
// A plain value of some 75 bytes a key it may hold.
// One thread while it grows; then any.
// merge() refuses another size, load() damage; both leave the sketch as it was.
#pragma once

#include <cstdint>
#include <vector>

#include <tsl/robin_map.h>

#include "base/pack.h"
#include "behavior/sketch/mix.h"

namespace custos::behavior {

// Metwally, Agrawal, El Abbadi: "Efficient computation of frequent and top-k elements in data streams", 2005. Of N added in all:
// what a key has is in [count - error, count], error <= N / keys, and every key with more than N / keys is held.
class SpaceSaving {
 public:
  struct Counted {
    std::uint64_t key = 0, count = 0, error = 0;
    bool operator==(const Counted&) const = default;
  };
  // Taken as the nearest in [1, 2^24].
  explicit SpaceSaving(std::size_t keys);

  void add(std::uint64_t key, std::uint64_t weight = 1);
  bool has(std::uint64_t key) const { return places_.contains(key); }
  // For a key that is not held: what it may have had at most, all of it error.
  Counted of(std::uint64_t key) const;
  // The n heaviest: by count, the highest first, then by key.
  std::vector<Counted> top(std::size_t n) const;
  std::uint64_t total() const { return total_; }
  std::size_t size() const { return heap_.size(); }
  std::size_t keys() const { return most_; }
  // Agarwal, Cormode, Huang, Phillips, Wei, Yi: "Mergeable summaries", 2012: the bounds above hold for the sum, whatever the order of merges.
  [[nodiscard]] bool merge(const SpaceSaving& other);

  void save(Packer& out) const;
  [[nodiscard]] bool load(Unpacker& in);
  std::size_t bytes() const;

 private:
  // A total order, so that the one to go is always the same one.
  static bool heavier(const Counted& a, const Counted& b) { return a.count != b.count ? a.count > b.count : a.key < b.key; }
  std::uint64_t least() const { return heap_.size() < most_ ? 0 : heap_.front().count; }
  void sink(std::size_t i);
  void rise(std::size_t i);
  void put(std::size_t i, const Counted& c);
  void replace_all(std::vector<Counted> heaviest_first);

  std::size_t most_;
  std::uint64_t total_ = 0;
  std::vector<Counted> heap_;  // the lightest on top
  tsl::robin_map<std::uint64_t, std::uint32_t, Mixing> places_;
};

}  // namespace custos::behavior
