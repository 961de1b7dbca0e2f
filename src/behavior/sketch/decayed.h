// A sum that forgets by half in every half-life: what was added long ago counts for little.
// Called by detectors with times and amounts.
// A plain value of 24 bytes; nothing happens between two calls.
// One thread.
// What is no number or has no time is not added. merge() refuses another half-life, load() damage; both leave the counter as it was.
#pragma once

#include <cstdint>

#include "base/pack.h"
#include "base/time.h"

namespace custos::behavior {

// Forward decay to the latest time seen: facts that come late are decayed by how late they are, so order makes no difference beyond rounding.
class DecayedCounter {
 public:
  // One microsecond at least.
  explicit DecayedCounter(Micros half_life = kDay);

  void add(Micros t, double x = 1);
  // At a time before the latest it is what it is at the latest: the past is not kept.
  double at(Micros t) const;
  Micros latest() const { return latest_; }  // kNoTime: nothing was added
  Micros half_life() const { return half_life_; }
  [[nodiscard]] bool merge(const DecayedCounter& other);

  void save(Packer& out) const;
  [[nodiscard]] bool load(Unpacker& in);
  static constexpr std::size_t bytes() { return 24; }

 private:
  double left_after(Micros from, Micros to) const;

  Micros half_life_;
  Micros latest_ = kNoTime;
  double value_ = 0;  // at latest_
};
static_assert(sizeof(DecayedCounter) == DecayedCounter::bytes());

}  // namespace custos::behavior
