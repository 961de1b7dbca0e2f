// Numbers of a sliding window: an exact sum, and the value at a fixed rank.
// Called by group.cc.
// Owned by a group; live as long as it.
// One thread.
// Refuses texts that are no decimal numbers; never drifts, whatever comes and goes.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string_view>

namespace custos::rules::correlation {

// Decimal text with sign, digits, fraction and exponent, blanks around it; finite. Nothing else.
struct Number {
  bool whole = false;      // then `integer` is exact
  std::int64_t integer = 0;
  double value = 0;
};
std::optional<Number> parse_number(std::string_view text);

// The sum of any finite doubles, kept without rounding: a fixed-point number that spans their whole range (the idea is
// U. Kulisch's accumulator). Integers take a short cut. Rounded only when asked.
class ExactSum {
 public:
  void add(double value) { change(value, 1); }
  void remove(double value) { change(value, -1); }
  // The nearest double; infinite when beyond the range.
  double value() const;

 private:
  static constexpr int kLimbs = 70;       // 32 bits each, the lowest weighs 2^-1152; the two highest are headroom
  static constexpr int kLowest = -1152;
  using Limbs = std::array<std::int64_t, kLimbs>;

  void change(double value, int sign);
  static void carry(Limbs& limbs);

  __extension__ typedef __int128 Wide;
  Wide whole_ = 0;
  std::unique_ptr<Limbs> limbs_;  // only where a value was no integer below 2^62
  std::uint32_t unsettled_ = 0;   // changes since the last carry
};

// The value at rank (n - 1) * percentile / 100, linear between neighbours: definition 7 of R. J. Hyndman and Y. Fan,
// "Sample Quantiles in Statistical Packages", 1996. The smaller part and the larger part are kept apart at that rank:
// O(log n) a change.
class Quantile {
 public:
  explicit Quantile(double percentile) : percentile_(percentile) {}
  void add(double value);
  void remove(double value);
  // Not for an empty window.
  double value() const;
  std::size_t size() const { return low_.size() + high_.size(); }

 private:
  void balance();
  double rank() const { return static_cast<double>(size() - 1) * percentile_ / 100; }

  double percentile_;
  std::multiset<double> low_, high_;  // low_ holds floor(rank) + 1 values
};

}  // namespace custos::rules::correlation
