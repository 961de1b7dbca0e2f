// How surprising first times are these days: what a first time is measured by.
// Held by novelty/watch.cc, by kind of first time; saved in the baseline.
// Sums are whole numbers of grains, so that the order of actors decides nothing.
// One thread.
// Refuses nothing: a kind never seen has the mean 0.
#pragma once

#include <cstdint>
#include <vector>

#include "base/pack.h"

namespace custos::behavior {

// Back-off gives something new the chance (theta + delta K) / (n + theta), n all that was ever learned: n grows with every window and K, what there
// is, hardly. So the same first time is odder every week, and no score of the weeks that calibrated can be compared with it. What stays is how
// far it stands out among the first times of its days.
class FirstTimes {
 public:
  static constexpr double kUsual = 5;     // nats: what an ordinary first time scores
  static constexpr double kLeast = 0.1;   // and the least odd one
  static constexpr double kHalfLife = 5;  // windows after which a first time counts half

  // kUsual + s - mean of the kind, in nats, kLeast at least; s: the surprise of a first time, in nats.
  double relative(std::uint16_t kind, double s) const;
  // Of the window that is open: counts from close() on.
  void add(std::uint16_t kind, double s);
  void close();

  // As if the first times of both were of the same days.
  void merge(const FirstTimes& other);

  void save(Packer& out) const;
  bool load(Unpacker& in);
  std::size_t bytes() const { return kinds_.capacity() * sizeof(Kind); }

 private:
  struct Kind {
    double n = 0, grains = 0;  // decayed
    std::uint64_t n_now = 0, grains_now = 0;
  };
  std::vector<Kind> kinds_;
};

}  // namespace custos::behavior
