// The cases below some folders.
// Called by cli/ for `custos case list`.
// Owned values.
// One thread.
// Refuses a folder that is not there; a case that can't be read is listed with why.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/casework/case_state.h"

namespace custos::engine {

struct ListedCase {
  std::string folder;
  std::optional<store::CaseView> view;
  std::vector<std::string> said;
  Error unreadable;  // without a view
};
struct ListedCases {
  std::vector<ListedCase> cases;      // by folder
  std::vector<Error> not_looked_into;  // folders
};
Result<ListedCases> list_cases(FileSystem& files, const std::vector<std::string>& folders, const std::string& identity);

}  // namespace custos::engine
