// What a report says, gathered from a case: its view, and what its logs and segments have of scans, exhibits, incidents and findings.
// Called by reporting.cc.
// Owned values.
// One thread.
// Refuses a log that can't be read; a segment that can't be is said, and left out.
#pragma once

#include <string>

#include "engine/casework/case_state.h"
#include "share/share.h"

namespace custos::engine {

struct Gathered {
  share::Report report;
  bool scans_had_institution = false;
  std::string pseudonym_key;           // the salt of the case's first entry
  share::Pseudonyms::Kept pseudonyms;  // that earlier reports put on record
};

Result<Gathered> gather_report(FileSystem& files, const CaseReading& reading, const store::CaseView& view);

}  // namespace custos::engine
