// Counts what came in, batch by batch: events, times, log sources, gaps in record numbers. The raw material of coverage.
// Fed by the pipeline; fills one SourceCoverage.
// Lives as long as its stream is read.
// One thread.
// Refuses nothing.
#pragma once

#include <vector>

#include "model/batch.h"
#include "model/coverage.h"

namespace custos::engine {

class Census {
 public:
  // `numbered`: record numbers are the source's own. `now`: later event times are odd (kNoTime: don't judge).
  Census(SourceCoverage& coverage, bool numbered, Micros now) : coverage_(coverage), numbered_(numbered), now_(now) {}

  void count(const Batch& batch);
  // After the last batch.
  void finish(const LogSources& sources);

 private:
  SourceCoverage& coverage_;
  bool numbered_;
  Micros now_;
  Micros previous_ = kNoTime;
  std::vector<std::uint64_t> by_source_;   // LogSourceId
  std::vector<Gap> runs_;                  // stretches of consecutive record numbers, as {first, last}
};

}  // namespace custos::engine
