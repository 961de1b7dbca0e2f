#include "behavior/sketch/hyperloglog.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>
#include <span>

#include "behavior/sketch/mix.h"

namespace custos::behavior {
namespace hyperloglog {
namespace {

constexpr std::uint64_t kSalt = 0x51C5B0A9E0D4F36Bu;

struct Fall {
  std::size_t place;
  unsigned run;  // 1 + leading zeros of the bits that did not choose the place
};

Fall fall(std::uint64_t hash, unsigned precision) {
  const std::uint64_t h = mixed(hash, kSalt);
  // The bit set below the others ends the longest run.
  const std::uint64_t rest = h << precision | std::uint64_t{1} << (precision - 1);
  return {static_cast<std::size_t>(h >> (64 - precision)), 1u + static_cast<unsigned>(std::countl_zero(rest))};
}

// What empty registers add: x + sum of x^(2^k) 2^(k-1), for the share x of them.
double of_empty(double x) {
  if (x >= 1) return std::numeric_limits<double>::infinity();
  double sum = x, before = -1;
  for (double y = 1; sum != before; y += y) {
    before = sum;
    x *= x;
    sum += x * y;
  }
  return sum;
}

// What registers at their end add, for the share 1 - x of them.
double of_full(double x) {
  if (x <= 0 || x >= 1) return 0;
  double sum = 1 - x, before = -1;
  for (double y = 0.5; sum != before; y *= 0.5) {
    before = sum;
    x = std::sqrt(x);
    sum -= (1 - x) * (1 - x) * y;
  }
  return sum / 3;
}

// how_many[r]: registers that hold r; the last is the end of what a register holds.
double estimate(std::span<const unsigned> how_many, double registers) {
  // Were all at their end, the estimate would be without bound: the last one is taken as a step before it.
  const double full = std::min(static_cast<double>(how_many.back()), registers - 1);
  double z = registers * of_full(1 - full / registers);
  for (std::size_t r = how_many.size() - 2; r > 0; --r) z = 0.5 * (z + how_many[r]);
  z += registers * of_empty(how_many.front() / registers);
  return registers * registers / (2 * std::numbers::ln2 * z);
}

}  // namespace
}  // namespace hyperloglog

HyperLogLog::HyperLogLog(int precision) : precision_(std::clamp(precision, kLeast, kMost)), registers_(std::size_t{1} << precision_) {}

void HyperLogLog::add(std::uint64_t hash) {
  const auto [place, run] = hyperloglog::fall(hash, static_cast<unsigned>(precision_));
  if (registers_[place] >= run) return;
  registers_[place] = static_cast<std::uint8_t>(run);
  estimate_ = -1;
}

double HyperLogLog::estimate() const {
  if (estimate_ >= 0) return estimate_;
  std::array<unsigned, 64> how_many{};
  for (const std::uint8_t r : registers_) ++how_many[r];
  return estimate_ = hyperloglog::estimate(std::span(how_many).first(static_cast<std::size_t>(64 - precision_ + 2)), static_cast<double>(registers_.size()));
}

bool HyperLogLog::merge(const HyperLogLog& other) {
  if (other.precision_ != precision_) return false;
  estimate_ = -1;
  for (std::size_t i = 0; i < registers_.size(); ++i) registers_[i] = std::max(registers_[i], other.registers_[i]);
  return true;
}

void HyperLogLog::save(Packer& out) const {
  const std::size_t from = out.size();
  out.u8(static_cast<std::uint8_t>(precision_));
  out.raw(Bytes(reinterpret_cast<const char*>(registers_.data()), registers_.size()));
  out.seal(from);
}

bool HyperLogLog::load(Unpacker& in) {
  const std::size_t from = in.at();
  const int precision = in.u8();
  if (precision < kLeast || precision > kMost) return in.refuse();
  const Bytes registers = in.raw(std::size_t{1} << precision);
  if (!in.sealed(from)) return false;
  if (std::any_of(registers.begin(), registers.end(), [&](char r) { return static_cast<std::uint8_t>(r) > 64 - precision + 1; })) return in.refuse();
  precision_ = precision;
  estimate_ = -1;
  registers_.assign(registers.begin(), registers.end());
  return true;
}

void HyperLogLog16::raise(unsigned i, unsigned run) {
  if (at(i) < run) registers_ = (registers_ & ~(std::uint64_t{15} << 4 * i)) | std::uint64_t{run} << 4 * i;
}

void HyperLogLog16::add(std::uint64_t hash) {
  const auto [place, run] = hyperloglog::fall(hash, 4);
  raise(static_cast<unsigned>(place), std::min(run, 15u));
}

double HyperLogLog16::estimate() const {
  std::array<unsigned, 16> how_many{};
  for (unsigned i = 0; i < 16; ++i) ++how_many[at(i)];
  return hyperloglog::estimate(how_many, 16);
}

void HyperLogLog16::merge(const HyperLogLog16& other) {
  for (unsigned i = 0; i < 16; ++i) raise(i, other.at(i));
}

bool HyperLogLog16::load(Unpacker& in) {
  const std::uint64_t registers = in.u64();
  if (!in.ok()) return false;
  registers_ = registers;
  return true;
}

}  // namespace custos::behavior
