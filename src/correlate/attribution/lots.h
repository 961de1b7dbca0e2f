// Seeded lots: the same numbers on every machine.
// Called by everything in attribution/ that compares with chance.
// A plain value; the state is the whole of it.
// One thread.
// Refuses nothing; below(0) is 0.
#pragma once

#include <cstdint>

namespace custos::correlate {

// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
class Lots {
 public:
  explicit Lots(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }
  // In [0, 1), 53 bits.
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  // In [0, n): the favour of some by 2^-53 is far below what is asked of it.
  std::uint64_t below(std::uint64_t n) { return static_cast<std::uint64_t>(unit() * static_cast<double>(n)); }

 private:
  std::uint64_t state_;
};

}  // namespace custos::correlate
