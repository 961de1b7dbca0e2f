// A proposal for an institution file, from directories, tables and logs.
// Called by cli/ for `custos institution init`; joins ingest and institution.
// A Proposal is an owned value.
// One thread a call; Progress is called from it.
// Refuses paths that are not there; what can't be read is a remark.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/propose/sightings.h"
#include "engine/scan.h"
#include "institution/institution.h"

namespace custos::engine {

struct ProposeOptions {
  std::vector<std::string> logs, ldif, csv;
  std::string name;       // of the institution; may be empty
  std::string output;     // the file that will be written: refused where it is one of the logs
  std::string temporary;  // as it is called while it is written: never read
  Limits limits;
  Caps caps;
  Micros now = kNoTime;  // for dates of logs without a year
};

struct Proposal {
  Institution institution;
  institution::Comments comments;  // why each entry is there, and what a person must fill in
  institution::Remarks remarks;
  std::uint64_t files = 0, events = 0, rejects = 0;
  bool whole = true;  // everything was read to its end
};

Result<Proposal> propose(const ProposeOptions& options, const std::function<void(const Progress&)>& progress);

}  // namespace custos::engine
