// Checks a folder of evidence from its first byte to its last: signatures, tree, entries, records, and that nothing is there that should not be.
// Called by engine/ for `custos verify DIR`.
// The report is owned.
// One thread a check; Told is called from it.
// Refuses nothing but a folder that is no log at all; what is wrong stands in the report.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/files/file_system.h"
#include "base/result.h"
#include "evidence/check/report.h"

namespace custos::evidence {

// Bytes of segments done, of all.
using Told = std::function<void(std::uint64_t done, std::uint64_t all)>;

Result<CheckReport> check_folder(FileSystem& files, const std::string& folder, const CheckOptions& options, const Told& told = {});

}  // namespace custos::evidence
