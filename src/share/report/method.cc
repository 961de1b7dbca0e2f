#include "share/report/paper.h"
#include "share/words.h"

namespace custos::share::paper {
namespace method_section {
namespace {

Page& row(Page& p, std::string_view title) { return p.raw("<dt>").fixed(title).raw("</dt><dd>"); }

void scan(Page& p, const ReportScan& s) {
  const bool full = !p.is_for(Audience::Leadership);
  p.raw("<h4>").fixed(p.w().scan, s.entry);
  if (!s.of_case.empty()) p.raw(", ").fixed(p.w().merged_from, s.of_case);
  p.raw("</h4><dl>");
  row(p, p.w().started).time(s.started).raw("</dd>");
  if (full) row(p, p.w().who).text(s.who, 100).raw(", ").fixed(p.w().host).raw(": ").text(s.host, 100).raw("</dd>");
  row(p, p.w().tool).text(s.tool, 80).raw("</dd>");
  row(p, p.w().rules).fixed(p.w().rules_value, s.rules, s.rule_files).raw("</dd>");
  if (full) row(p, p.w().configuration).raw("<span class=\"code\">").text(s.configuration, 80).raw("</span></dd>");
  if (p.is_for(Audience::Technical)) row(p, p.w().arguments).raw("<span class=\"code\">").text(s.arguments, 4000).raw("</span></dd>");
  if (!s.ended) row(p, p.w().findings).fixed(p.w().scan_open).raw("</dd>");
  if (s.covered) {
    row(p, p.w().sources).fixed(p.w().sources_value, s.sources, s.partial, s.unread).raw("</dd>");
    row(p, p.w().events).fixed(p.w().events_value, grouped(s.events), sized(s.bytes), s.rejects).raw("</dd>");
  }
  if (s.ended) row(p, p.w().findings).number(s.findings).raw("</dd>");
  if (s.covered && !s.behavior_off.empty()) row(p, p.w().behavior_off).text(s.behavior_off, 400).raw("</dd>");
  p.raw("</dl>\n");
  if (s.covered && full) p.raw("<p>").fixed(p.w().without_telemetry, s.without_telemetry).raw("</p>\n");
  if (s.not_whole.empty() || !full) return;
  p.raw("<h4>").fixed(p.w().not_whole).raw("</h4>\n").head({p.w().file, p.w().why});
  for (const ReportPair& x : s.not_whole) p.raw("<tr><td class=\"code\">").text(x.name).raw("</td><td>").text(x.value).raw("</td></tr>\n");
  p.end_table();
  if (s.partial + s.unread > s.not_whole.size()) p.raw("<p>").fixed(p.w().more_rows, s.partial + s.unread - s.not_whole.size()).raw("</p>\n");
}

}  // namespace
}  // namespace method_section

void append_method(Page& p, const Report& r) {
  constexpr std::size_t kMostScans = 50;
  p.section("method", p.w().method).raw("<p>").fixed(p.w().method_text).raw("</p>\n");
  if (!r.said.empty()) {
    p.raw("<h3>").fixed(p.w().problems).raw("</h3><ul>\n");
    for (const std::string& s : r.said) p.raw("<li>").text(s).raw("</li>\n");
    p.raw("</ul>\n");
  }
  p.raw("<h3>").fixed(p.w().scans).raw("</h3>\n");
  if (r.scans.empty()) p.raw("<p>").fixed(p.w().nothing_scanned).raw(".</p>\n");
  for (std::size_t k = 0; k < r.scans.size() && k < kMostScans; ++k) method_section::scan(p, r.scans[k]);
  if (r.scans.size() > kMostScans) p.raw("<p>").fixed(p.w().more_rows, r.scans.size() - kMostScans).raw("</p>\n");
  p.end_section();
}

}  // namespace custos::share::paper
