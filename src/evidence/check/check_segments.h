// Checks every segment against its entry, every source against its hash, and every finding document against its disclosures.
// Called by check_folder.
// Fills the report.
// One thread.
// Refuses nothing; what is wrong stands in the report.
#pragma once

#include "base/files/file_system.h"
#include "evidence/check/check_folder.h"
#include "evidence/log/contents.h"

namespace custos::evidence {

// Not all entries could be read: there may be segments that `contents` knows nothing of, and deletions.
enum class Knowledge : std::uint8_t { All, Some };

void check_segments(FileSystem& files, const std::string& folder, const Contents& contents, Knowledge known, const Keyring& keyring, CheckReport& report,
                    const Told& told);
// Where not all entries could be read: segments that none of the others speaks of have the bytes of their names. `paths`: of all files in the folder.
void check_segment_names(FileSystem& files, const std::string& folder, const std::vector<std::string>& paths, const Contents& contents, CheckReport& report);

}  // namespace custos::evidence
