// What the logs of a case say, as steps that its database takes in order: each entry once, merged cases where they were merged.
// Called by case_state.cc.
// Owned values.
// One thread.
// Refuses an own log that can't be read; of merged ones says so, and goes on.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/evidence/open_log.h"
#include "store/store.h"

namespace custos::engine {

struct CaseStep {
  std::string log;       // number of a merged case; empty: the own one
  bool is_act = false;
  store::Act act;        // or
  std::string kind;      // of an entry that is none
  std::uint64_t records = 0, bytes = 0;
};

using LogMarks = std::map<std::string, store::LogMark>;

struct CaseSteps {
  LogMarks before, after;
  std::vector<CaseStep> steps;
  std::vector<std::string> said;  // sentences: what of merged cases could not be read
};

// From these marks to the log's checkpoint.
Result<CaseSteps> read_steps(FileSystem& files, const std::string& case_folder, evidence::LogReader& own, const LogMarks& from);

// Whether a database that was applied up to there is one of this log: nothing where it is; else a sentence.
Result<std::string> misfit(evidence::LogReader& own, const LogMarks& marks);

// Whether the tree of this size had this root.
Result<bool> had_root(evidence::LogReader& log, std::uint64_t size, const Hash32& root);

// In one transaction. False: somebody else took steps meanwhile, and nothing was changed.
Result<bool> take_steps(store::CaseDatabase& database, const CaseSteps& steps);

}  // namespace custos::engine
