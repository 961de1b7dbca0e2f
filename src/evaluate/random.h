// Seeded random numbers that are the same on every machine: the standard library's distributions are not.
// Called by the bootstrap, the random source and the injectors of engine/evaluation.
// A plain value; the state is the whole of it.
// One thread.
// Refuses nothing; below(0) is 0.
#pragma once

#include <cstdint>

namespace custos::evaluate {

// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }
  // In [0, 1), 53 bits.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  // In [0, n), all equally likely: what the last, incomplete round of n would favour is drawn again.
  std::uint64_t below(std::uint64_t n) {
    if (n == 0) return 0;
    const std::uint64_t most = ~std::uint64_t{0} - ~std::uint64_t{0} % n;
    std::uint64_t x = next();
    while (x >= most) x = next();
    return x % n;
  }

 private:
  std::uint64_t state_;
};

}  // namespace custos::evaluate
