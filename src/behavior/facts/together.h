// Counts equal facts of a stretch of time as one: what is of no interest one by one, as that a log wrote something.
// Held by reader.cc. What was counted comes out when there is no more room, and at the end of a file.
// A plain value.
// One thread.
// Refuses nothing.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "behavior/fact.h"

namespace custos::behavior {

class Together {
 public:
  Together();
  // Of equal facts the first in time stands for all, with their number and their bytes. Facts with a time of 0 or later.
  void count(const Fact& fact, std::vector<Fact>& out);
  void flush(std::vector<Fact>& out);

 private:
  // Nearly every event counts something, in a table that falls out of the cache between two of them: a fact waits until its places are there.
  struct Waiting {
    Fact fact;
    std::uint64_t hash = 0;
  };
  static constexpr std::size_t kMost = 1u << 14, kSlots = kMost * 2, kWaiting = 8;

  void ask_for_fact(const Waiting& w) const;
  void place(const Waiting& w, std::vector<Fact>& out);
  void write_out(std::vector<Fact>& out);

  std::vector<Fact> facts_;
  std::vector<std::uint64_t> slots_;  // the upper half of a fact's hash, and its place in facts_ + 1; 0: free
  std::array<Waiting, kWaiting> waiting_{};
  std::size_t taken_ = 0, placed_ = 0;  // facts that came, that are in facts_ by now
};

}  // namespace custos::behavior
