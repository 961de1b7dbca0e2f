// Times custos on the user's logs and rules beside references that are measured in the same run.
// Called by cli/commands/bench.cc.
// A BenchResult is an owned value.
// Uses its own threads; nothing else of the process should be busy meanwhile.
// Refuses unusable options as scan() does; it never judges: the bars stand beside the figures.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/scan.h"

namespace custos::engine {

struct BenchOptions {
  std::vector<std::string> paths;
  RuleOptions rules;
  unsigned runs = 3;      // of each row, taken in turns; the median counts
  bool literals = true;   // also with 3 and 10 times the rules' literals
  Limits limits;
};

// One row. Rates come from the median run.
struct BenchRow {
  std::string name;     // "custos scan, 1 thread"
  std::string unit;     // what is counted: "events", "lines", "bytes"
  std::string meaning;
  double per_second = 0;      // units a second of the wall clock
  double per_cpu_second = 0;  // units a second of processor time: steadier where other programs run
  double bytes_per_second = 0;
  std::uint64_t counted = 0;  // units of one pass
  std::string figure;         // what the bar is about, in words: "64 % of simdjson"; empty when there is no bar
  std::string bar;            // "at least 50 %"
  bool met = false;           // only with a bar
};

struct BenchResult {
  std::uint64_t files = 0, bytes = 0, events = 0, rules = 0;
  double load_seconds = 0;     // rules read, parsed and lowered
  double compile_seconds = 0;  // plans compiled at the first event of each log source: first scan less a later one
  std::uint64_t peak_bytes = 0;  // of this process after the scan on one thread, with everything it holds
  std::vector<BenchRow> rows;
  std::vector<std::string> remarks;  // why a row is missing
};

Result<BenchResult> bench(const BenchOptions& options, const std::function<void(const std::string&)>& tell);

}  // namespace custos::engine
