// A number to 64 bits that look drawn at random: the same on every machine and in every run.
// Called by every sketch of this folder, each with a salt of its own, so that their mistakes have nothing to do with each other; by detectors' tables.
// Values.
// Any thread.
// Refuses nothing. The salts are no secrets: who may choose keys freely can make them meet.
#pragma once

#include <cstddef>
#include <cstdint>

namespace custos::behavior {

// The finaliser of SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014), a bijection.
constexpr std::uint64_t mixed(std::uint64_t key, std::uint64_t salt) {
  std::uint64_t z = key + salt;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return z ^ z >> 31;
}

// For hash tables of keys that are put together from parts: the low bits alone choose a place there, and robin_map grows without end where
// thousands of keys have them in common.
struct Mixing {
  std::size_t operator()(std::uint64_t key) const { return mixed(key, 0x1B8E5D70C6F3A924u); }
};

// Where 32 drawn bits fall among n places.
constexpr std::uint64_t place_of(std::uint32_t bits, std::uint64_t n) { return bits * n >> 32; }

// In [0, 1): a lot that is the same in every run, to part what is equal. `bits` well mixed.
constexpr double fraction(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1p-53; }

}  // namespace custos::behavior
