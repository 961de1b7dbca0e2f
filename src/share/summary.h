// The screen-long answer of `custos scan`: what was found, what it means, one finding explained, what was not seen.
// Called by cli/; feeds the terminal.
// An owned string of whole lines.
// Any thread; a pure function of its arguments.
// Refuses nothing: no control character comes out but the line end and, if asked for, colours.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "model/coverage.h"
#include "model/finding.h"
#include "model/incident.h"
#include "share/digest.h"

namespace custos::share {

struct SummaryOptions {
  std::size_t width = 100;  // columns; less than 60 is taken as 60
  bool colour = false;
  std::size_t top_n = 6;  // rules shown
};

// At most 20 + 3 * top_n lines of findings and explanation, 9 more where there is behaviour, and 16 of coverage.
// With incidents they come first (29 lines at most), and of the findings only three rules and no explanation.
std::string summary(const Digest& digest, std::span<const Incident> incidents, const Coverage& coverage, const SummaryOptions& options);
std::string summary(std::span<const Finding* const> findings, std::span<const Incident> incidents, const Coverage& coverage, const SummaryOptions& options);

}  // namespace custos::share
