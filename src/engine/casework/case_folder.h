// The folder of a case, and the evidence in it. docs/formats/case-folder.md.
// Called by the other files of this folder, by cli/, and by scans whose results belong to a case.
// Values.
// Any thread.
// Refuses what is no case, with what is there instead.
#pragma once

#include <string>

#include "engine/evidence/open_log.h"

namespace custos::engine {

struct CaseAccess {
  std::string folder;
  LogAccess log;         // as evidence_of() makes it; its custody says who acts
  std::string identity;  // file with identities of age; of a case that is encrypted
};

std::string evidence_folder(const std::string& case_folder);
std::string merged_folder(const std::string& case_folder, const std::string& number);

// How the log of a case is opened: its folder, and the key beside the case where none was named. Sealing takes it as it is.
LogAccess evidence_of(const std::string& case_folder, LogAccess with = {});
// Of a case that is to be made: its log's name, where none was said.
void name_log(const std::string& case_folder, LogAccess& access);

Result<void> check_is_case(FileSystem& files, const std::string& folder);
// Whether a new case can be made there: nothing is there, or what an attempt left, or evidence without a case.
Result<void> is_free_for_case(FileSystem& files, const std::string& folder);
// Whether entries of it are encrypted, or will be.
Result<bool> is_encrypted(FileSystem& files, const std::string& evidence);

}  // namespace custos::engine
