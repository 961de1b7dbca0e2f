// One case becomes part of another: verified, closed, copied whole, put on record. docs/formats/case-folder.md, "Merging".
// Called by cli/ for `custos case merge`.
// Owned values.
// One thread; Told is called from it.
// Refuses what does not verify, a case that went somewhere else, and an encrypted one into an open one. Cut off anywhere, the same call ends it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/casework/case_folder.h"

namespace custos::engine {

struct MergeDone {
  std::string refused;
  std::string number;          // of the case that was merged
  std::uint64_t entry = 0;     // in the case that it was merged into; 0: it was there already
  std::uint64_t size = 0;      // of the merged log
  std::uint64_t files = 0, bytes = 0;  // copied, read back and compared
  std::vector<std::string> said;
};
Result<MergeDone> merge_cases(FileSystem& files, const CaseAccess& into, const CaseAccess& other, const evidence::Told& told);

}  // namespace custos::engine
