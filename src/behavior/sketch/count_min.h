// How often each of very many things was seen, never too low: a count-min sketch with conservative update.
// Called by detectors with the hash of a thing (any 64 bits that tell it from others; they are mixed again here).
// A plain value of 16 bytes a column, whatever is counted.
// One thread while it grows; then any.
// merge() refuses another width, load() damage; both leave the sketch as it was. Counters stop at 2^32 - 1.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/pack.h"

namespace custos::behavior {

// Cormode, Muthukrishnan: "An improved data stream summary: the count-min sketch and its applications", 2005; conservative update after
// Estan, Varghese: "New directions in traffic measurement and accounting", 2002: only counters below the new estimate are raised.
// A count is too high by more than e / width of everything that was added for at most e^-4 of the things, 1.8 %.
class CountMin {
 public:
  static constexpr std::size_t kRows = 4, kLeast = 16, kMost = std::size_t{1} << 24;
  // Rounded up to a power of two between kLeast and kMost.
  explicit CountMin(std::size_t width);

  // The count after it.
  std::uint32_t add(std::uint64_t hash, std::uint32_t n = 1);
  std::uint32_t count(std::uint64_t hash) const;
  std::uint64_t total() const { return total_; }
  std::size_t width() const { return counters_.size() / kRows; }
  // Every counter and the total to half, rounded down: a count is then at least half of the truth, rounded down.
  void halve();
  // Counts stay at least the sum of both, but are higher than those of one sketch that saw everything.
  [[nodiscard]] bool merge(const CountMin& other);

  void save(Packer& out) const;
  [[nodiscard]] bool load(Unpacker& in);
  std::size_t bytes() const { return sizeof *this + counters_.capacity() * sizeof(std::uint32_t); }

 private:
  std::array<std::size_t, kRows> places(std::uint64_t hash) const;

  std::vector<std::uint32_t> counters_;  // row by row
  std::uint64_t total_ = 0;
};

}  // namespace custos::behavior
