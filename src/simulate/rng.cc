#include "simulate/rng.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/hash.h"

namespace custos::simulate {

Rng::Rng(std::uint64_t seed, std::string_view name) {
  std::uint64_t x = seed * 0x9E3779B97F4A7C15ull ^ hash64(name);
  for (std::uint64_t& word : state_) {
    x += 0x9E3779B97F4A7C15ull;
    std::uint64_t z = x;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    word = z ^ (z >> 31);
  }
}

std::uint64_t Rng::next() {
  const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Rng::unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

std::uint64_t Rng::below(std::uint64_t n) {
  __extension__ using Wide = unsigned __int128;
  // The high half of a product is uniform but for a bias below n / 2^64, which no log can show.
  return static_cast<std::uint64_t>((static_cast<Wide>(next()) * n) >> 64);
}

double Rng::exponential(double mean) { return -mean * std::log1p(-unit()); }

double Rng::normal(double mean, double deviation) {
  const double radius = std::sqrt(-2 * std::log1p(-unit()));
  return mean + deviation * radius * std::cos(6.283185307179586 * unit());
}

double Rng::draw(const Spread& s) { return s.sigma == 0 ? s.median : s.median * std::exp(normal(0, s.sigma)); }

unsigned Rng::poisson(double mean) {
  if (mean <= 0) return 0;
  if (mean > 30) return static_cast<unsigned>(std::max(0.0, std::round(normal(mean, std::sqrt(mean)))));
  const double floor = std::exp(-mean);
  unsigned n = 0;
  for (double product = unit(); product > floor; product *= unit()) ++n;
  return n;
}

std::size_t Rng::weighted(std::span<const double> cumulative) {
  const auto at = std::upper_bound(cumulative.begin(), cumulative.end(), unit() * cumulative.back());
  return std::min<std::size_t>(static_cast<std::size_t>(at - cumulative.begin()), cumulative.size() - 1);
}

}  // namespace custos::simulate
