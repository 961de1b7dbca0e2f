// The tail of ordinary scores: turns any score, of which only the order has a meaning, into a p-value that keeps its promise.
// Called by detectors, one Tail a stratum (detector and kind of entity); feeds the combination of a day.
// Owned values of 24 KB at most, whatever the number of scores.
// One thread: asking for a p may fit the tail anew.
// Refuses nothing; scores that are no number, or below 0, count as 0, above kGreatest as kGreatest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/pack.h"

namespace custos::behavior {

// What remains known of the scores added:
//
//   - the kTop greatest, exactly
//   - of all of them, how many fell into each bucket: 32 to a doubling from 2^-20 to 2^40 (so 3 % wide), bucket 0 holds what is below
//
// Both are sums over the scores, so a merge of two is the same as one that saw everything, in whichever order.
//
// p(s), for a score s of a day that was not added, is the smallest of
//
//   - conformal: (1 + #{s_i >= s}) / (n + 1). P(p <= a) <= a for every a if s and the n scores are exchangeable: Bates, Candes, Lei, Romano,
//     Sesia: "Testing for outliers with conformal p-values", arXiv 2104.08279. It cannot be below 1 / (n + 1), and below the kTop greatest it
//     counts whole buckets, so it is too large by the width of one at most.
//   - from the kResolved-th greatest score on, where steps of one score get coarse: (N_t / n) * S(s - t), N_t scores above a threshold t, whose
//     excesses follow a generalised Pareto distribution (Pickands, Balkema, de Haan; used so by SPOT: Siffer, Fouque, Termier, Largouet: "Anomaly
//     detection in streams with extreme value theory", KDD 2017). Differing from SPOT, S is not the distribution of the likeliest shape and
//     scale but the mean over all that the excesses leave plausible (see Excesses): with 20 excesses of 200 scores, the likeliest distribution
//     gives p <= 1e-4 more than tenfold too often (tail_test.cc); the mean some twice at worst, for a Pareto tail without variance. The price is
//     power: what is 1e-9 gets some 1e-4 from 200 exponential scores, 1e-5 from 2,000 and 1e-7 from 20,000.
//
// The two are joined without a step: what the second may take away grows from nothing at the kResolved-th greatest to all of it at the greatest.
// p falls as s grows, and never reaches 0.
class Tail {
 public:
  static constexpr std::size_t kTop = 1024;
  static constexpr std::size_t kResolved = 10;
  static constexpr std::uint64_t kLeast = 100;  // scores before there is a Pareto tail
  static constexpr double kGreatest = 1e100;
  static constexpr int kLowest = -20, kHighest = 40, kPerDoubling = 32;  // exponents of 2, and buckets between two of them
  static constexpr std::size_t kBuckets = static_cast<std::size_t>(kHighest - kLowest) * kPerDoubling + 2;

  Tail() = default;
  // From the three below, as an earlier Tail gave them. False, and nothing changed, if they don't belong together.
  bool restore(std::uint64_t count, std::vector<double> top, std::vector<std::uint64_t> buckets);

  // The same three as bytes; load() refuses what restore() does.
  void save(Packer& out) const;
  [[nodiscard]] bool load(Unpacker& in);

  void add(double score);
  void merge(const Tail& other);

  // In (0, 1]; 1 without scores. Some 40 ns; above the kResolved-th greatest score 1 us, and 10 us (2,000 scores) to 0.2 ms (50,000 and more) the first
  // time after an add.
  double p(double score) const;
  // The first of the two above alone, in [1 / (count + 1), 1].
  double conformal(double score) const;
  // Whether p goes below the conformal one: false with fewer than kLeast scores, or where equal scores are common, as counts are.
  bool has_tail() const;

  std::uint64_t count() const { return count_; }
  const std::vector<double>& top() const { return top_; }                 // from the least on
  const std::vector<std::uint64_t>& buckets() const { return buckets_; }  // up to the last that holds something

 private:
  void fit() const;
  double smoothed(double score, double& weight) const;

  std::uint64_t count_ = 0;
  std::vector<double> top_;
  std::vector<std::uint64_t> buckets_;

  // The distribution of excesses over a threshold, as a mixture over theta = shape / scale. For a given theta, log(1 + theta x) of the
  // excesses are exponential with mean `shape`; over an unknown mean with prior 1 / mean, the chance of one above y is (1 + y / Y) ^ -N, where Y
  // is the sum over the N excesses, and the excesses' own likelihood is theta ^ N * exp(-Y) * Y ^ -N. theta runs over multiples of 1 / (mean excess)
  // with equal prior weight on a logarithmic scale, and over 0, the exponential tail. Shapes below 0 are left out: they end at a greatest possible
  // score, and that no ordinary score went further so far does not make the next one impossible.
  struct Excesses {
    struct Part {
      double theta, sum, weight;
    };
    double threshold = 0, share = 0, number = 0;
    std::vector<Part> parts;  // none: conformal alone
    double above(double excess) const;
  };
  mutable Excesses excesses_;
  mutable bool fitted_ = false;
};

}  // namespace custos::behavior
