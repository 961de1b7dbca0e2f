// Legal hold, release, and deletion on record.
// Called by cli/ for `custos evidence hold`, `release` and `delete`.
// Results are owned.
// One thread.
// Refuses to delete what is held; then nothing is changed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/evidence/open_log.h"

namespace custos::engine {

struct HoldOptions {
  LogAccess log;
  std::string identity;              // file of age that opens an encrypted log
  std::vector<std::uint64_t> scans;  // one of these three
  std::vector<std::string> findings;
  bool all = false;
  std::string until;  // YYYY-MM-DD; empty: until it is released
};
struct Held {
  std::vector<std::uint64_t> entries;
  std::uint64_t segments = 0, bytes = 0;
};
Result<Held> hold_evidence(const HoldOptions& options);

struct ReleaseOptions {
  LogAccess log;
  std::string identity;  // file of age that opens an encrypted log
  std::vector<std::uint64_t> holds;
};
Result<std::vector<std::uint64_t>> release_evidence(const ReleaseOptions& options);

struct DeleteOptions {
  LogAccess log;
  std::string identity;              // file of age that opens an encrypted log
  std::vector<std::uint64_t> scans;  // one of these two
  std::string before;                // YYYY-MM-DD: scans that ended before that date
  bool with_findings = false;        // also records that findings refer to
  bool dry_run = false;              // changes nothing and needs no key
};
struct Deleted {
  struct Covered {
    std::string file;
    std::uint64_t hold = 0;
  };
  std::vector<std::uint64_t> entries;
  std::uint64_t scans = 0, segments = 0, records = 0, bytes = 0;  // bytes of files
  std::uint64_t kept = 0;                                         // segments that findings refer to
  std::uint64_t finished = 0;                                     // files of a deletion before that was cut off
  std::vector<Covered> held;                                      // not empty: nothing was deleted
};
Result<Deleted> delete_evidence(const DeleteOptions& options);

}  // namespace custos::engine
