// A baseline on disk: what behaviour analytics learned, one file. docs/formats/baseline.md has the bytes.
// Called by judging.cc and learn.cc; the body is behavior::Analysis's.
// Owned values.
// Any thread.
// Refuses what is no baseline, of another version, or damaged, with a sentence that says what to do.
#pragma once

#include <string>

#include "base/result.h"

namespace custos::engine {

Result<std::string> read_baseline(const std::string& path);
// To a temporary name first: the old one stays whole until the new one is.
Result<void> write_baseline(const std::string& path, const std::string& body);

}  // namespace custos::engine
