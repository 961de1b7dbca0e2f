// A report as one HTML page that needs nothing else, and the texts of the case that went into it.
// Called by engine/reporting.
// Owned strings.
// One thread a report.
// Refuses nothing: masking is the masker's, judging the gate's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "share/report/paper.h"

namespace custos::share {

struct RenderedReport {
  std::string html;
  std::vector<std::string> texts;  // for Gate::look()
};
RenderedReport render_report(const Report& report, const ReportView& view, Masker& masker);

// The same page about nothing, with every word that a report can have: for Gate's `skeleton`.
std::string report_skeleton(const ReportView& view);

}  // namespace custos::share
