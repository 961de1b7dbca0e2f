// A second copy of a folder of evidence, and the sweep that finds damage and restores it from such copies; both are put on record.
// Called by cli/ for `custos evidence copy` and `sweep`.
// Results are owned.
// One thread.
// Refuses what copy_folder() and sweep_folder() refuse, and copies that lie in the folder or around it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/evidence/open_log.h"

namespace custos::engine {

struct CopyOptions {
  LogAccess log;
  std::string to;
  bool full = false;     // compare bytes, not sizes
  std::string identity;  // file of age; of an encrypted log: without it nothing is removed from the copy
};

struct Copied {
  evidence::CopyDone done;
  std::uint64_t entry = 0;    // that says so
  std::optional<Error> lags;  // the copy has all but that entry, because
  bool read = true;           // entries could be read; else nothing was removed from the copy
};
Result<Copied> copy_evidence(const CopyOptions& options);

struct SweepOptions {
  LogAccess log;
  std::vector<std::string> copies;
  bool look = false;     // no key, nothing is changed or put on record
  std::string identity;  // file of age; of an encrypted log: without it only what lies open is checked
};

struct Swept {
  evidence::SweepReport report;
  std::optional<std::uint64_t> entry;  // that says so
  std::optional<Error> unrecorded;     // it could not be put on record, because
};
Result<Swept> sweep_evidence(const SweepOptions& options);

}  // namespace custos::engine
