// The parts of the HTML page: fixed style and script, escaped text, the rows of findings, the coverage section.
// Called by exporters/html.cc; feeds the page.
// Appends to the given string; views of constants.
// One thread a page.
// Refuses nothing: everything out of logs and rules is data, escaped here and only here.
#pragma once

#include <string>
#include <string_view>

#include "model/coverage.h"
#include "model/finding.h"
#include "share/digest.h"
#include "share/writer.h"

namespace custos::share::page {

extern const std::string_view kStyle;
extern const std::string_view kScript;

// Shown of a finding of behaviour, and of each of its reasons.
constexpr std::size_t kReasons = 12, kBars = 31, kEvidence = 20;

// 'sha256-...' of an inline block, as Content-Security-Policy names it.
std::string integrity(std::string_view block);

// Text for an element or a quoted attribute: valid UTF-8, <>&"' escaped, control characters and bidirectional overrides
// made visible. append_lines() keeps line ends and tabs, for <pre>.
void append_text(std::string& out, std::string_view text, std::size_t max = 4096);
void append_lines(std::string& out, std::string_view text, std::size_t max);

// "level-high" and the like, and the chip with shape and word.
void append_level(std::string& out, Level level);

// One <tbody>: a row of facts and a row that opens into the whole explanation.
void append_finding(std::string& out, const Finding& f, std::size_t raw_bytes);

// The sections around the findings.
void append_header(std::string& out, const Digest& digest, const Coverage& c);
void append_overview(std::string& out, const Digest& digest);
void append_coverage_section(Sink& sink, const Coverage& c);

}  // namespace custos::share::page
