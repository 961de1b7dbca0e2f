// How many different things were seen, in a few bytes: HyperLogLog, and a tiny form of it for entries of tables.
// Called by detectors with the hash of a thing (any 64 bits that tell it from others; they are mixed again here).
// Plain values; HyperLogLog16 is one number.
// One thread.
// merge() refuses another precision, load() damage; both leave the sketch as it was.
#pragma once

#include <cstdint>
#include <vector>

#include "base/pack.h"

namespace custos::behavior {

// Flajolet, Fusy, Gandouet, Meunier: "HyperLogLog: the analysis of a near-optimal cardinality estimation algorithm", 2007.
// 2^precision registers, each the longest run of zeros among the hashes that fell to it. The standard error is 1.04 / sqrt(2^precision).
// The estimate is the one of Ertl, "New cardinality estimation algorithms for HyperLogLog sketches", 2017, section 2: where most registers
// are empty it counts them, as linear counting does, and there is no seam in between where the classic formula is biased.
class HyperLogLog {
 public:
  static constexpr int kLeast = 4, kMost = 12;
  // Other precisions are taken as the nearest of these.
  explicit HyperLogLog(int precision);

  void add(std::uint64_t hash);
  double estimate() const;
  int precision() const { return precision_; }
  [[nodiscard]] bool merge(const HyperLogLog& other);

  void save(Packer& out) const;
  [[nodiscard]] bool load(Unpacker& in);
  std::size_t bytes() const { return sizeof *this + registers_.capacity(); }

 private:
  int precision_;
  std::vector<std::uint8_t> registers_;
  mutable double estimate_ = -1;  // of the registers as they are; below 0: not made. They seldom change, and are asked for often
};

// Sixteen registers of four bits. The error is 26 %, beyond some 100,000 more: runs end at 15.
class HyperLogLog16 {
 public:
  void add(std::uint64_t hash);
  double estimate() const;
  bool empty() const { return registers_ == 0; }
  void merge(const HyperLogLog16& other);

  void save(Packer& out) const { out.u64(registers_); }
  // Every number is one; only a cut is refused.
  [[nodiscard]] bool load(Unpacker& in);
  static constexpr std::size_t bytes() { return 8; }

 private:
  unsigned at(unsigned i) const { return static_cast<unsigned>(registers_ >> 4 * i & 15); }
  void raise(unsigned i, unsigned run);

  std::uint64_t registers_ = 0;
};
static_assert(sizeof(HyperLogLog16) == HyperLogLog16::bytes());

}  // namespace custos::behavior
