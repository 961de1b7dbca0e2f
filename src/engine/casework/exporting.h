// A case for somebody else, or for the archive: its evidence with what was merged, readable and verifiable without custos's view of it. It is put on record.
// Called by cli/ for `custos case export`.
// Owned values.
// One thread.
// Refuses a place that is there already or lies in the case, and a ZIP of more than 1 GiB: a folder has no such bound.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/casework/case_folder.h"

namespace custos::engine {

struct CaseExported {
  std::string refused;
  std::string sha256;      // of the ZIP, or of the folder's SHA256SUMS
  std::uint64_t files = 0, bytes = 0, entry = 0;
  std::vector<std::string> said;
};
// `out` that ends in ".zip" is one; any other name is a new folder.
Result<CaseExported> export_case(FileSystem& files, const CaseAccess& access, const std::string& out);

}  // namespace custos::engine
