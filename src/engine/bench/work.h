// The pieces of work that are timed beside each other: the references, decoding alone, and the whole scan.
// Called by bench.cc.
// A Counted is a value; a workload may be run again and again.
// One thread a call.
// Refuses nothing: what can't be read is left out of every row alike.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/pipeline.h"
#include "ingest/ingest.h"

namespace custos::engine::benchmarking {

// Seconds of the wall and of this process's processors.
struct Spent {
  double wall = 0, cpu = 0;
};
class Stopwatch {
 public:
  Stopwatch();
  Spent spent() const;

 private:
  Spent start_;
};

// What one pass over the input did. `events` are what the row counts: lines, records, documents.
struct Counted {
  std::uint64_t events = 0, bytes = 0, failed = 0, hits = 0;
  Spent spent;
};

using Files = std::vector<ingest::SourceFile>;

// Limits of any program: every byte through SHA-256; every line end counted.
Counted sha256_of(const Files& files, const Limits& limits);
Counted count_lines(const Files& files, const Limits& limits);
// The reference for JSON: every line of every stream that is recognised as JSON parsed by one reused simdjson DOM parser, nothing
// looked at. `failed` lines are no JSON document by themselves (arrays, pretty-printed objects): then this is no reference.
Counted parse_json(const Files& files, const Limits& limits);
// custos's own decoders without a rule, by format.
std::map<std::string, Counted> decode(const Files& files, const Limits& limits);
// The whole of `custos scan` but loading rules and writing results, with `workers` workers, each of which scans all files.
Counted scan_all(const Files& files, const std::shared_ptr<const rules::Program>& program, const ScanOptions& options, unsigned workers);

// 10,000 groups counted over by one correlation in time order: matching events through matcher and correlation. `type` is event_count or
// value_count.
Counted correlate(const std::string& type, std::uint64_t events);

// The largest memory this process ever had.
std::uint64_t peak_bytes();

}  // namespace custos::engine::benchmarking
