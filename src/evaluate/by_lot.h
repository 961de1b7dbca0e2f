// What chance finds: candidates for alarms, ranked by a seeded lot.
// Run by the sources random and random_day, which say what the candidates are.
// A value.
// One thread.
// Refuses nothing.
#pragma once

#include <vector>

#include "evaluate/random.h"
#include "evaluate/source.h"

namespace custos::evaluate {

class ByLot final : public SourceRun {
 public:
  using Candidates = std::vector<Alarm> (*)(const Recording& recording);  // of the test, in an order of their own
  ByLot(std::uint64_t seed, Candidates candidates) : random_(seed), candidates_(candidates) {}
  std::vector<Alarm> alarms(const Recording& recording) override {
    std::vector<Alarm> out = candidates_(recording);
    for (Alarm& a : out) {
      a.what = "drawn at random";
      a.p = random_.uniform();
      a.score = 1 - a.p;
    }
    return out;
  }

 private:
  Random random_;
  Candidates candidates_;
};

}  // namespace custos::evaluate
