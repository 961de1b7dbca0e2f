// A scan for a case: what is read is sealed into the case's evidence, and its incidents are acts of the case.
// Called by cli/ before and after scan().
// Values.
// One thread.
// Refuses what the rules of the case forbid with a sentence; what is no case is an error. Then nothing was read.
#pragma once

#include <string>

#include "engine/casework/case_folder.h"
#include "engine/scan.h"

namespace custos::engine {

// Whether this person may put a scan into the case: an empty sentence. Fills in the incidents that the case knows.
Result<std::string> begin_case_scan(FileSystem& files, const CaseAccess& access, ScanOptions& options);

// After a scan that was sealed into the case: an act for each of its incidents. How many.
Result<std::size_t> put_incidents(FileSystem& files, const CaseAccess& access, const ScanResult& result);

}  // namespace custos::engine
