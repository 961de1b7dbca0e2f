// The .case runner: logs, rules and what must be found, through the same scan as everything else (docs/formats/case.md).
// Called by `custos test`.
// Owned values.
// One thread.
// Refuses a malformed case file with its line; nothing of it is run then.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"

namespace custos::engine {

struct CaseOutcome {
  std::string file, name;
  std::vector<std::string> failures;  // empty: passed
};

struct CaseOptions {
  std::string root = ".";   // folder that `rules:` paths start from
  bool update = false;      // rewrite the expectations
};

Result<std::vector<CaseOutcome>> run_case_file(const std::string& path, const CaseOptions& options);

}  // namespace custos::engine
