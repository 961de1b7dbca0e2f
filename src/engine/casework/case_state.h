// A case as it is now: its database brought up to the log's checkpoint, and what it says. No log is locked for it: anybody can look while somebody writes.
// Called by the acts of this folder and by cli/ for `show` and `list`.
// Owns its database until its end; the view is owned.
// One thread.
// Refuses what is no case and a log that can't be read; a database that does not fit is made anew, and one that can't be written is done without.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/casework/case_folder.h"
#include "store/store.h"

namespace custos::engine {

struct CaseReading {
  std::string folder;
  std::string identity;  // file with identities of age
};

struct CaseState {
  std::unique_ptr<store::PlaceLock> held;  // before the database, which goes first
  std::unique_ptr<store::CaseDatabase> database;
  store::CaseView view;
  std::vector<std::string> said;  // sentences for whoever reads: what was made anew, left out, done without
  bool in_memory = false;
};

Result<CaseState> read_case(FileSystem& files, const CaseReading& reading);

struct RebuiltCase {
  CaseState state;
  std::string old;      // "": there was none to compare with; else "equal", or "different": it is kept
  std::string kept_as;  // where
};
// A new database from the logs alone, in the old one's place.
Result<RebuiltCase> rebuild_case(FileSystem& files, const CaseReading& reading);

}  // namespace custos::engine
