// Quantiles of positive numbers, each right to a share of its own size: DDSketch.
// Called by detectors with bytes, durations, rates, scores; answers quantiles and the share of numbers at least as large as one.
// A plain value: 8 bytes a bucket that is not empty, kBuckets at most unless told otherwise.
// One thread while it grows; then any.
// merge() refuses another accuracy or bound, load() damage; both leave the sketch as it was. What is not above 0 counts as 0.
#pragma once

#include <cstdint>
#include <vector>

#include "base/pack.h"

namespace custos::behavior {

// Masson, Rim, Lee: "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees", VLDB 2019.
// Bucket i holds the numbers in (g^(i-1), g^i] for g = (1 + alpha) / (1 - alpha), and stands for 2 g^i / (g + 1), from which none of them
// is farther than alpha of itself. Beyond the bound the lowest buckets run into one: what remains is what one pass over everything in any
// order gives, since only the highest different buckets stay and all that is below them is in the lowest.
class DdSketch {
 public:
  static constexpr double kAlpha = 0.02;
  static constexpr std::uint32_t kBuckets = 512;  // at 2 %: from 1 to 7e8 without running together
  static constexpr std::uint64_t kMostWeight = (std::uint64_t{1} << 44) - 1;  // a bucket stops here

  // alpha is taken as the nearest in [0.001, 0.5], buckets as the nearest in [2, 65536].
  explicit DdSketch(double alpha = kAlpha, std::uint32_t buckets = kBuckets);

  void add(double x, std::uint64_t weight = 1);
  std::uint64_t count() const { return count_; }
  bool empty() const { return count_ == 0; }
  // The number at place q (count - 1) of all in order, 0 <= q <= 1. 0 where there is none.
  double quantile(double q) const;
  // Share of the numbers >= x, and of those that the sketch cannot tell from x.
  double share_at_least(double x) const;
  [[nodiscard]] bool merge(const DdSketch& other);

  void save(Packer& out) const;
  [[nodiscard]] bool load(Unpacker& in);
  std::size_t bytes() const { return sizeof *this + buckets_.capacity() * sizeof(Bucket); }
  std::size_t buckets() const { return buckets_.size(); }

 private:
  // 20 bits of index above 44 of weight.
  class Bucket {
   public:
    Bucket(std::int32_t index, std::uint64_t weight) : both_(static_cast<std::uint64_t>(index + kMiddle) << 44 | weight) {}
    std::int32_t index() const { return static_cast<std::int32_t>(both_ >> 44) - kMiddle; }
    std::uint64_t weight() const { return both_ & kMostWeight; }
    void weigh(std::uint64_t weight) { both_ = (both_ & ~kMostWeight) | weight; }

   private:
    static constexpr std::int32_t kMiddle = 1 << 19;
    std::uint64_t both_;
  };
  std::int32_t index_of(double x) const;
  double value_of(std::int32_t index) const;
  void put(std::int32_t index, std::uint64_t weight);
  void give(Bucket& bucket, std::uint64_t weight);

  double alpha_, per_log_;  // index = ceil(log(x) * per_log_)
  std::uint32_t most_;
  std::uint64_t zeros_ = 0;
  std::uint64_t count_ = 0;  // zeros and weights of buckets
  std::vector<Bucket> buckets_;  // by index
};

}  // namespace custos::behavior
