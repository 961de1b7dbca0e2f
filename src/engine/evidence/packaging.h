// Hands a part of the evidence over: a package is made, written, and put on record.
// Called by cli/ for `custos evidence package`.
// The result is owned.
// One thread.
// Refuses what make_package() refuses, and an output that can't be written.
#pragma once

#include <string>
#include <vector>

#include "engine/evidence/open_log.h"

namespace custos::engine {

struct PackagingOptions {
  LogAccess log;
  std::string identity;  // file; of a log that is encrypted
  std::vector<std::string> findings, withhold;
  std::string to;
  std::string out;  // file
};

struct Packaged {
  evidence::Package package;
  std::string key;          // verifier key
  std::uint64_t entry = 0;  // that says it was made
};

Result<Packaged> package_evidence(const PackagingOptions& options);

}  // namespace custos::engine
