// Random numbers that are the same on every machine: one generator a name, and the few distributions that the simulation needs.
// Called by everything in simulate/; feeds its choices.
// A value: copy it to draw the same numbers again.
// One thread an object.
// Refuses nothing. Seconds, counts and bytes are whatever the caller says they are.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace custos::simulate {

// A positive quantity whose logarithm is normal: half of all draws lie below `median`; `sigma` is the standard deviation of the logarithm.
struct Spread {
  double median = 0, sigma = 0;
};

// xoshiro256++ (Blackman and Vigna 2019), seeded by splitmix64 from (seed, name), so that every actor has numbers of its own.
class Rng {
 public:
  Rng(std::uint64_t seed, std::string_view name);

  std::uint64_t next();
  double unit();                         // [0, 1)
  std::uint64_t below(std::uint64_t n);  // 0 .. n-1; n > 0
  std::int64_t between(std::int64_t low, std::int64_t high) { return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low + 1))); }
  bool chance(double p) { return unit() < p; }
  double exponential(double mean);
  double normal(double mean, double deviation);  // Box and Muller 1958
  double draw(const Spread& s);
  unsigned poisson(double mean);  // Knuth's product; beyond 30 the rounded normal
  // An index, with these weights running up to the last one.
  std::size_t weighted(std::span<const double> cumulative);

  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }

 private:
  std::array<std::uint64_t, 4> state_;
};

}  // namespace custos::simulate
