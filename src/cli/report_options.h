// Options of `custos report`.
// Called by commands/report.cc; fills engine options.
// Values.
// The main thread.
// Refuses what makes no sense with a sentence on standard error; the status to end with is returned.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/evidence_options.h"

namespace custos::cli {

struct ReportArguments {
  std::string folder, identity;
  LogArguments log;
  engine::ReportRequest request;
};
std::optional<int> parse_report(const std::vector<std::string>& arguments, ReportArguments& into);

}  // namespace custos::cli
