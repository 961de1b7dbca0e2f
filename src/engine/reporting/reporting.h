// A report of a case: gathered, masked for its reader, looked at by the gate, put on record, written. docs/formats/report.md.
// Called by cli/ for `custos report`.
// Owned values.
// One thread.
// Refuses what the rules of the case forbid with a sentence; what the gate finds is in `leaks`. Then nothing was written.
#pragma once

#include <string>
#include <vector>

#include "engine/casework/case_folder.h"
#include "engine/reporting/gathering.h"

namespace custos::engine {

struct ReportRequest {
  share::ReportView view;
  std::string institution;  // file; may be empty
  std::string out;
};

struct ReportDone {
  std::string refused;             // by a rule of the case
  std::vector<share::Leak> leaks;  // by the gate
  std::vector<std::string> said;
  std::string sha256;
  std::uint64_t entry = 0, bytes = 0;
  std::size_t told = 0, incidents = 0;
};
Result<ReportDone> report_case(FileSystem& files, const CaseAccess& access, const ReportRequest& request);

// The page for its reader, and what the gate says of it.
struct ReleasedReport {
  std::string html;
  std::vector<share::Leak> leaks;
  share::Pseudonyms::Kept fresh;  // names that got their number in it
};
// `mask`: false only in tests, to see the gate refuse.
ReleasedReport release_report(const Gathered& gathered, const Institution& institution, const share::ReportView& view, bool mask = true);

}  // namespace custos::engine
