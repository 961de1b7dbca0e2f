#include "share/report/paper.h"
#include "share/words.h"

namespace custos::share::paper {
namespace evidence_section {
namespace {

void checkpoint(Page& p, const ReportLog& log) {
  const auto row = [&](std::string_view title, std::string_view value) {
    p.raw("<dt>").fixed(title).raw("</dt><dd class=\"code\">").text(value, 300).raw("</dd>");
  };
  const auto rows = [&](std::string_view title, const std::vector<std::string>& of) {
    p.raw("<dt>").fixed(title).raw("</dt><dd>");
    if (of.empty()) p.fixed(p.w().none);
    for (std::size_t k = 0; k < of.size(); ++k) p.raw(k == 0 ? "" : "<br>").text(of[k], 300);
    p.raw("</dd>");
  };
  p.raw("<h3>").fixed(p.w().checkpoint);
  if (!log.of_case.empty()) p.raw(", ").fixed(p.w().merged_from, log.of_case);
  p.raw("</h3><dl>");
  row(p.w().origin, log.origin);
  p.raw("<dt>").fixed(p.w().size).raw("</dt><dd>").number(log.size).raw("</dd>");
  row(p.w().root, log.root);
  row(p.w().key, log.key);
  rows(p.w().stamps, log.stamps);
  rows(p.w().witnesses, log.witnesses);
  p.raw("</dl>\n");
}

void proof(Page& p, const ReportProof& of) {
  if (of.document) p.fixed(p.w().proof_value, of.document->entry, of.document->leaf);
  if (of.document && of.record) p.raw("<br>");
  if (of.record) p.fixed(p.w().proof_record, of.record->entry, of.record->leaf);
}

void evidence(Page& p, const ReportIncident& i, std::size_t n) {
  static const ReportProof none;
  p.raw("<h3>").fixed(p.w().incident, n).raw(": ").text(i.incident.title, 200).raw("</h3>\n");
  p.head({p.w().number, p.w().time, p.w().finding, p.w().place, p.w().proof});
  for (std::size_t k = 0; k < i.incident.evidence.size(); ++k) {
    const IncidentEvidence& e = i.incident.evidence[k];
    const ReportProof& pointers = k < i.proofs.size() ? i.proofs[k] : none;
    p.raw(fmt::format("<tr id=\"e{0}.{1}\"><td class=\"t\">{0}.{1}</td><td class=\"k\">", n, k + 1)).time(e.time).raw("</td><td>").text(e.title, 300).raw(" ");
    if (!e.finding.empty()) p.level(e.level);
    p.raw("<br>");
    if (e.finding.empty()) p.raw("<span class=\"soft\">").fixed(p.w().around).raw("</span>");
    if (!e.finding.empty()) p.raw("<span class=\"code\">").text(e.finding, 40).raw("</span>");
    if (e.records > 1) p.raw(" <span class=\"soft\">").fixed(p.w().records).raw(": ").number(e.records).raw("</span>");
    if (!e.why.empty()) p.raw("<br><span class=\"soft\">").text(e.why, 300).raw("</span>");
    p.raw("</td><td><span class=\"code\">").text(e.place.file, 300).raw("</span><br><span class=\"soft\">");
    p.fixed(p.w().place_value, e.place.offset, e.place.record).raw("</span></td><td class=\"t\">");
    if (!pointers.exhibit.empty()) p.text(pointers.exhibit, 24).raw("<br>");
    p.raw("<span class=\"soft\">");
    proof(p, pointers);
    p.raw("</span></td></tr>\n");
  }
  p.end_table();
}

void exhibits(Page& p, const Report& r) {
  constexpr std::size_t kMost = 2000;
  if (r.exhibits.empty()) return;
  p.raw("<h3>").fixed(p.w().exhibits).raw("</h3>\n");
  p.head({p.w().exhibit, p.w().file, p.w().format, p.w().records, p.w().first_last, "SHA-256"});
  for (std::size_t k = 0; k < r.exhibits.size() && k < kMost; ++k) {
    const ReportExhibit& x = r.exhibits[k];
    p.raw("<tr><td class=\"k\">").text(x.exhibit, 24);
    if (!x.of_case.empty()) p.raw("<br>").fixed(p.w().merged_from, x.of_case);
    p.raw("</td><td class=\"code\">").text(x.path).raw("<br><span class=\"soft\">").fixed(sized(x.size)).raw("</span></td><td class=\"k\">").text(x.format, 40);
    if (x.state != "whole") p.raw("<br>").word(state_word(p.w(), x.state), x.state);
    p.raw("</td><td class=\"n\">").number(x.records).raw("</td><td class=\"t\">").time(x.first).raw("<br>").time(x.last).raw("</td><td class=\"code\">");
    p.text(x.sha256, 80).raw("</td></tr>\n");
  }
  p.end_table();
  if (r.exhibits.size() > kMost) p.raw("<p>").fixed(p.w().more_rows, r.exhibits.size() - kMost).raw("</p>\n");
}

void others(Page& p, const Report& r) {
  constexpr std::size_t kMost = 300;
  if (r.other_findings.empty()) return;
  p.raw("<h3>").fixed(p.w().other_findings).raw("</h3>\n").head({p.w().title, p.w().findings});
  std::size_t k = 0;
  for (const auto& [title, times] : r.other_findings) {
    if (++k > kMost) break;
    p.raw("<tr><td>").text(title, 300).raw("</td><td class=\"n\">").number(times).raw("</td></tr>\n");
  }
  p.end_table();
  if (r.other_findings.size() > kMost) p.raw("<p>").fixed(p.w().more_rows, r.other_findings.size() - kMost).raw("</p>\n");
}

}  // namespace
}  // namespace evidence_section

void append_evidence(Page& p, const Report& r) {
  using namespace evidence_section;
  p.section("evidence", p.w().evidence).raw("<p>").fixed(p.w().check_text).raw("</p>\n");
  for (const ReportLog& log : r.logs) checkpoint(p, log);
  if (p.is_for(Audience::Leadership)) {
    std::size_t all = 0;
    for (const ReportIncident& i : r.told) all += i.incident.evidence.size();
    p.raw("<p>").fixed(p.w().evidence_short, all).raw("</p>\n").end_section();
    return;
  }
  for (std::size_t n = 0; n < r.told.size(); ++n) evidence(p, r.told[n], n + 1);
  exhibits(p, r);
  others(p, r);
  p.end_section();
}

}  // namespace custos::share::paper
