#include "behavior/sketch/count_min.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "behavior/sketch/mix.h"

namespace custos::behavior {
namespace count_min {
namespace {

template <class T>
T sum(T a, T b) {
  return a > std::numeric_limits<T>::max() - b ? std::numeric_limits<T>::max() : a + b;
}

}  // namespace
}  // namespace count_min

CountMin::CountMin(std::size_t width) : counters_(kRows * std::bit_ceil(std::clamp(width, kLeast, kMost))) {}

std::array<std::size_t, CountMin::kRows> CountMin::places(std::uint64_t hash) const {
  // 32 bits a row: rows that share bits would collide together, and four of them be worth less than four.
  const std::uint64_t a = mixed(hash, 0x8F1D3A6B5C2E9074u), b = mixed(hash, 0x37E4C81F0A6D952Bu);
  const std::size_t n = width(), mask = n - 1;
  return {a & mask, n + (a >> 32 & mask), 2 * n + (b & mask), 3 * n + (b >> 32 & mask)};
}

std::uint32_t CountMin::add(std::uint64_t hash, std::uint32_t n) {
  const auto at = places(hash);
  std::uint32_t least = counters_[at[0]];
  for (const std::size_t i : at) least = std::min(least, counters_[i]);
  const std::uint32_t now = count_min::sum(least, n);
  for (const std::size_t i : at) counters_[i] = std::max(counters_[i], now);
  total_ = count_min::sum(total_, std::uint64_t{n});
  return now;
}

std::uint32_t CountMin::count(std::uint64_t hash) const {
  const auto at = places(hash);
  std::uint32_t least = counters_[at[0]];
  for (const std::size_t i : at) least = std::min(least, counters_[i]);
  return least;
}

void CountMin::halve() {
  for (std::uint32_t& c : counters_) c >>= 1;
  total_ >>= 1;
}

bool CountMin::merge(const CountMin& other) {
  if (other.counters_.size() != counters_.size()) return false;
  for (std::size_t i = 0; i < counters_.size(); ++i) counters_[i] = count_min::sum(counters_[i], other.counters_[i]);
  total_ = count_min::sum(total_, other.total_);
  return true;
}

void CountMin::save(Packer& out) const {
  const std::size_t from = out.size();
  out.u8(static_cast<std::uint8_t>(std::countr_zero(width())));
  out.varint(total_);
  for (const std::uint32_t c : counters_) out.varint(c);
  out.seal(from);
}

bool CountMin::load(Unpacker& in) {
  const std::size_t from = in.at();
  const unsigned bits = in.u8();
  const std::uint64_t total = in.varint();
  if (bits >= 64 || std::size_t{1} << bits < kLeast || std::size_t{1} << bits > kMost) return in.refuse();
  // A counter takes a byte at least.
  if (kRows << bits > in.left()) return in.refuse();
  std::vector<std::uint32_t> counters(kRows << bits);
  for (std::uint32_t& c : counters) {
    const std::uint64_t v = in.varint();
    if (v > std::min<std::uint64_t>(total, std::numeric_limits<std::uint32_t>::max())) return in.refuse();
    c = static_cast<std::uint32_t>(v);
  }
  if (!in.sealed(from)) return false;
  counters_ = std::move(counters);
  total_ = total;
  return true;
}

}  // namespace custos::behavior
