// A worker's trail of programs: what was started and what programs connected to, kept until incidents are known.
// One a Worker; find_incidents() reads those of all.
// Lives as long as its worker.
// One thread.
// Refuses nothing; on a full disk the trail ends, and stories have less around them.
#pragma once

#include "correlate/correlate.h"

namespace custos::engine {

class ProgramTaker {
 public:
  explicit ProgramTaker(const Names& names) : reader_(names) {}
  void take(const Batch& batch, std::uint32_t source) {
    reader_.read(batch, source, [this](const correlate::Step& s) { trail_.add(s); });
  }
  const correlate::Trail& trail() const { return trail_; }

 private:
  correlate::StepReader reader_;
  correlate::Trail trail_;
};

}  // namespace custos::engine
