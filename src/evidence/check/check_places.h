// Which files lie in a folder of evidence: plain ones, at places that the format knows, and nothing else.
// Called by check_folder, first and last.
// Paths are owned, the report is filled.
// One thread.
// Refuses links, pipes and devices, whatever lies below segments/ under no segment's name, and files that belong to nothing.
#pragma once

#include <string>
#include <vector>

#include "base/files/file_system.h"
#include "evidence/check/check_segments.h"
#include "evidence/check/report.h"
#include "evidence/log/contents.h"

namespace custos::evidence {

// All files below the folder, as paths in it. What is no plain file or folder is a problem in the report: it is not checked, nor copied.
std::vector<std::string> plain_files(FileSystem& files, const std::string& folder, CheckReport& report);

// Each is where the log or its contents say. Files that other checks went through one by one (tiles, checkpoints, time stamps) are passed over.
// Where not all entries are known, nobody can say of a segment that none names it.
void check_places(const std::vector<std::string>& paths, const Contents& contents, Knowledge known, CheckReport& report);

}  // namespace custos::evidence
