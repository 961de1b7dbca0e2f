// The coverage statement: what was read, what was not, and what was not checked. Part of every output.
// Filled by engine/; feeds share/ and cli/.
// A plain owned value.
// One thread; workers fill their own SourceCoverage, the engine joins them.
// Refuses nothing; lists are capped with the full count beside.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/time.h"

namespace custos {

// A stretch of input that could not be understood: counted and kept, never fatal.
struct Reject {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  std::string why;
};

enum class ReadState : std::uint8_t {
  Whole,    // read to its end, every record understood
  Partial,  // some of it was not read or not understood
  Unread,   // nothing of it was read: no permission, no known format, a pipe
};

struct Gap {
  std::uint64_t after = 0, before = 0;  // record numbers on both sides of the gap
};

struct SourceCoverage {
  std::string file;
  std::string format;  // "" when unread
  ReadState state = ReadState::Whole;
  std::string why;     // for Partial and Unread
  std::uint64_t bytes = 0, events = 0;
  std::uint64_t reject_count = 0;
  std::vector<Reject> rejects;  // the first Limits::rejects_listed
  std::map<std::string, std::uint64_t> notes;  // oddities that lost nothing: "chunk checksum mismatch" -> 3
  std::map<std::string, std::uint64_t> log_sources;  // events by log source text
  Micros first_time = kNoTime, last_time = kNoTime;
  std::uint64_t without_time = 0, backwards = 0, in_future = 0;  // clock oddities, in events
  std::uint64_t gap_count = 0, missing_records = 0;
  std::vector<Gap> gaps;  // the first 100
};

struct RuleRefusal {
  std::string path, id, title, reason;
};

struct RuleCoverage {
  std::uint64_t files = 0, loaded = 0, refused = 0, filters = 0, correlations = 0;
  std::vector<RuleRefusal> refusals;
  std::vector<std::string> user_files;  // rule files that did not come with custos, loaded or refused
  std::uint64_t without_telemetry = 0;                            // loaded, but no event of their log source came in
  std::map<std::string, std::uint64_t> without_telemetry_by_source;
  std::map<std::string, std::uint64_t> interrupted;               // rule id -> events a regular expression could not be decided on
};

// What the user left out of a scan.
struct ScopeCoverage {
  Micros since = kNoTime, until = kNoTime;  // events outside were read, not checked
  std::uint64_t events_outside = 0;
  std::string min_level;                    // findings below were not reported; empty: none were left out
  std::uint64_t findings_below = 0;         // before equal ones are folded
};

// Hosts, own addresses and accounts in findings, each once a finding: whose they are.
struct IdentityCoverage {
  std::uint64_t known = 0;
  std::uint64_t ambiguous = 0;  // several candidates
  std::uint64_t open = 0;       // nothing is known of it beyond its name
  std::uint64_t forgotten = 0;  // pieces of evidence that did not fit
};

// What analytics of behaviour learned from and what it judged.
struct BehaviorCoverage {
  bool on = false;
  std::string why_not;          // a sentence: why nothing was judged; empty if it was
  std::string baseline;         // path; empty: learned from the first part of the logs
  Micros window = kNoTime;      // length of one
  Micros learned_from = kNoTime, learned_until = kNoTime;
  Micros calibrated_from = kNoTime;  // to judged_from
  Micros judged_from = kNoTime, judged_until = kNoTime;
  double budget = 0;            // findings a day that ordinary times may cost
  double actors = 0;            // computers and accounts judged, a day
  std::uint64_t windows = 0, facts = 0;
  std::uint64_t late = 0;       // facts that came after their window was judged
  std::uint64_t findings = 0;
  std::map<std::string, std::uint64_t> evictions;  // detectors that forgot something to stay within memory, and how many entries
  std::map<std::string, std::uint64_t> thin;  // detectors with too few ordinary scores to tell what is odd, and how many they have
};

struct Coverage {
  std::string version, started, finished;  // RFC 3339
  std::uint64_t files = 0, bytes = 0, events = 0, rejects = 0, findings = 0, folded = 0, late = 0, evicted = 0;
  std::uint64_t accesses_left_out = 0;  // to protected items: more than fit, so what became of these may be more than is told
  std::map<std::string, std::uint64_t> events_by_format;
  std::vector<SourceCoverage> sources;
  RuleCoverage rules;
  ScopeCoverage scope;
  IdentityCoverage identities;
  BehaviorCoverage behavior;
  bool complete() const;  // every source Whole, no refusals needed for that
};

}  // namespace custos
