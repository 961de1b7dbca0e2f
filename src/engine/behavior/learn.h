// `custos learn`: logs to a baseline, made or extended; baselines to one; and what a baseline holds.
// Called by cli/commands/learn.cc and baseline.cc.
// Results are owned values.
// One thread.
// Refuses logs that span too little, and a baseline that can't be read; the old file stays whole until the new one is.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "model/coverage.h"

namespace custos::engine {

struct LearnOptions {
  std::vector<std::string> paths;
  std::string baseline;     // file: extended where it is there, made where it is not
  std::string institution;  // file; empty: known from the logs alone
  std::size_t memory = 512u << 20;
  Limits limits;
};

struct LearnResult {
  BehaviorCoverage coverage;
  std::vector<std::string> remarks;
  std::uint64_t events = 0, not_whole = 0;  // not_whole: streams that could not be read to their end
  std::uint64_t bytes = 0;                  // of the baseline
  bool extended = false;
  bool anything = true;  // false: nothing that was read lies after what the baseline knew, which stays as it was
};

Result<LearnResult> learn(const LearnOptions& options, const std::function<void(std::uint64_t events)>& progress);

struct MergeOptions {
  std::vector<std::string> baselines;  // files, two at least, no two of the same content
  std::string into;                    // must not be there yet
  std::size_t memory = 512u << 20;
};
struct MergeResult {
  std::vector<std::string> remarks;
  std::uint64_t windows = 0, bytes = 0;
  Micros first = kNoTime, until = kNoTime;
};
Result<MergeResult> merge_baselines(const MergeOptions& options);

// What is in a baseline, for people and as JSON.
struct BaselineView {
  struct Stratum {
    std::string detector, role;  // role "everybody" is all of them
    std::uint64_t scores = 0;
    double p99 = 0, greatest = 0;  // the score that one in a hundred ordinary windows reached; the greatest
  };
  struct Standing {
    double odds = 0;
    std::string strongest;  // sentence
  };
  std::string path;
  std::uint64_t bytes = 0, windows = 0;
  Micros window = 0, first = kNoTime, until = kNoTime;
  double actors = 0;
  std::vector<Stratum> strata;
  std::vector<Standing> standings;  // the greatest odds first, of those that are not ordinary
};
Result<BaselineView> view_baseline(const std::string& path);
std::string to_text(const BaselineView& view);
std::string to_json(const BaselineView& view);

}  // namespace custos::engine
