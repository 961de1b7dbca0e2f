// Random numbers for the tests of this folder, the same on every machine.
#pragma once

#include <cmath>
#include <cstdint>

namespace custos::behavior::testing {

// SplitMix64: Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014.
struct Draws {
  std::uint64_t state;
  std::uint64_t next() {
    std::uint64_t z = (state += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }
  double uniform() { return (static_cast<double>(next() >> 11) + 0.5) * 0x1p-53; }  // never 0, never 1
  double exponential() { return -std::log(uniform()); }
  double normal() {
    const double radius = std::sqrt(2 * exponential());
    return radius * std::cos(6.283185307179586 * uniform());
  }
  // Knuth's, for means up to some hundreds.
  int poisson(double mean) {
    int k = 0;
    for (double left = mean - exponential(); left > 0; left -= exponential()) ++k;
    return k;
  }
};

}  // namespace custos::behavior::testing
