// Was a thing seen before? Never no where it was; yes by mistake for a few: a Bloom filter that looks at one cache line.
// Called by detectors with the hash of a thing (any 64 bits that tell it from others; they are mixed again here).
// A plain value of the size it is given, whatever is put in.
// One thread while it grows; then any.
// merge() refuses another size, load() damage; both leave the filter as it was. It never refuses a thing: its owner looks at fill().
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/pack.h"

namespace custos::behavior {

// Blocks after Putze, Sanders, Singler: "Cache-, hash- and space-efficient Bloom filters", 2007; a thing is one bit in each of the eight
// words of its block. Wrong for some 0.1 % of new things at 16 bits a thing, 0.8 % at 11, 3 % at 8.
class BlockedBloom {
 public:
  static constexpr std::size_t kBlock = 64;
  // Rounded down to whole blocks, one at least.
  explicit BlockedBloom(std::size_t bytes);

  // Whether it was new.
  bool insert(std::uint64_t hash);
  bool contains(std::uint64_t hash) const;
  // Share of bits that are set. At a half, 0.4 % of new things and more are taken for old ones.
  double fill() const { return static_cast<double>(ones_) / static_cast<double>(blocks_.size() * kBlock * 8); }
  [[nodiscard]] bool merge(const BlockedBloom& other);
  void clear();

  void save(Packer& out) const;
  [[nodiscard]] bool load(Unpacker& in);
  std::size_t bytes() const { return sizeof *this + blocks_.capacity() * kBlock; }

 private:
  struct alignas(kBlock) Block {
    std::array<std::uint64_t, kBlock / 8> words{};
  };
  struct Place {
    std::size_t block;
    Block bits;
  };
  Place place(std::uint64_t hash) const;
  void count_ones();

  std::vector<Block> blocks_;
  std::uint64_t ones_ = 0;
};

// The same for what is kept during a window: it begins small, within reach of the cache, and grows with what is put in, eightfold each time, by a further
// filter beside the first ("Scalable Bloom Filters", Almeida and others, 2007). Hardly ever wrong until it is as large as it may get.
class GrowingBloom {
 public:
  explicit GrowingBloom(std::size_t most_bytes);

  // Whether it was new.
  bool insert(std::uint64_t hash);
  bool contains(std::uint64_t hash) const;
  // It may not grow, and is so full that 0.4 % of new things and more are taken for old ones.
  bool full() const { return parts_.back().fill() >= 0.5; }
  // Small again: what a window finds does not depend on the one before.
  void clear();
  std::size_t bytes() const;

 private:
  static constexpr std::size_t kFirst = 64u << 10, kGrowth = 8;
  static constexpr double kGrowAt = 0.1;  // of its bits
  void grow(std::size_t bytes);

  std::size_t most_, left_ = 0;  // bytes of all parts, bytes of parts to come
  std::vector<BlockedBloom> parts_;
};

}  // namespace custos::behavior
