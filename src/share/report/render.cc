#include "share/report/render.h"

#include "share/identity.h"

namespace custos::share {
namespace report_rendering {
namespace {

using paper::Page;

// What stands on every printed page. The texts are ours: none of the case's.
std::string paged(const ReportView& view, std::string_view number) {
  return fmt::format(
      "@page {{ size: A4; margin: 18mm 15mm 17mm; @top-left {{ content: \"custos\"; font: 9pt sans-serif; }} @top-right {{ content: \"TLP:{}\"; font: bold 9pt "
      "sans-serif; "
      "}} @bottom-left {{ content: \"{} {}\"; font: 9pt sans-serif; }} @bottom-right {{ content: counter(page) \" / \" counter(pages); font: 9pt sans-serif; "
      "}} }}\n",
      view.tlp, words_of(view.lang).case_word, number);
}

// Of a case: hexadecimal digits, which a style sheet takes as they are.
bool is_number(const std::string& s) { return s.size() == 16 && s.find_first_not_of("0123456789abcdef") == std::string::npos; }

void head(Page& p, const Report& r) {
  const Words& w = p.w();
  const std::string_view whom = p.is_for(Audience::Leadership) ? w.for_leadership : p.is_for(Audience::Authority) ? w.for_authority : w.for_technical;
  p.raw("<!DOCTYPE html>\n<html lang=\"").raw(w.lang).raw("\">\n<head>\n<meta charset=\"utf-8\">\n");
  p.raw(
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<meta name=\"referrer\" "
      "content=\"no-referrer\">\n");
  p.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
      .fixed(w.report)
      .raw(": ")
      .text(r.title, 200)
      .raw("</title>\n<style>");
  p.raw(paper::kPaper)
      .raw(paged(p.view(), is_number(r.number) ? r.number : ""))
      .raw("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#summary\">")
      .fixed(w.skip)
      .raw("</a>\n");
  p.raw("<header><div class=\"bar\"><span class=\"kind\">").fixed(w.report).raw(" ").fixed(whom).raw("</span><span class=\"tlp\">TLP:").fixed(p.view().tlp);
  p.raw("</span></div><h1>").text(r.title, 400).raw("</h1><p class=\"soft\">");
  if (!r.institution.empty()) p.text(r.institution, 200).raw(". ");
  p.fixed(w.case_word).raw(" <span class=\"code\">").text(r.number, 40).raw("</span>, ").fixed(w.made, r.made, engine_name()).raw(". ").fixed(w.utc);
  p.raw("</p></header>\n<main>\n");
}

void contents(Page& p, const Report& r) {
  const Words& w = p.w();
  const auto line = [&p](std::string_view id, std::string_view title) { p.raw("<li><a href=\"#").raw(id).raw("\">").fixed(title).raw("</a></li>\n"); };
  p.raw("<nav aria-label=\"").fixed(w.contents).raw("\"><h4>").fixed(w.contents).raw("</h4><ol>\n");
  line("summary", w.summary);
  line("timeline", w.timeline);
  for (std::size_t n = 1; n <= r.told.size(); ++n) {
    p.raw(fmt::format("<li><a href=\"#incident-{}\">", n)).fixed(w.incident, n).raw(": ").text(r.told[n - 1].incident.title, 90).raw("</a></li>\n");
  }
  if (!r.further.empty()) line("incidents", w.further_incidents);
  line("actions", w.actions);
  line("method", w.method);
  line("evidence", w.evidence);
  p.raw("</ol></nav>\n");
}

// What was withheld is known when all is written.
void withheld(Page& p, Masker& masker, const Report& r, std::size_t at) {
  Page line(p.view(), masker);
  line.raw("<p class=\"note\" id=\"withheld\">");
  if (p.is_for(Audience::Technical)) line.fixed(p.w().withheld_nothing);
  if (!p.is_for(Audience::Technical) && !r.institution_given) line.fixed(p.w().no_institution);
  if (!p.is_for(Audience::Technical) && r.institution_given) line.fixed(p.w().withheld_text, p.pseudonyms());
  line.raw("</p>\n");
  p.html().insert(at, line.html());
}

// One of everything, with texts that say nothing.
Report specimen() {
  Report r;
  r.institution = r.title = r.state = r.outcome = r.closing = " ";
  r.institution_given = true;
  r.members = {{" ", " "}};
  r.handed_out = {{" ", " "}};
  r.tasks = {{" ", " ", " ", " ", " ", " "}};
  r.notes = {{" ", " ", " ", " ", " "}};
  ReportIncident i;
  i.incident.evidence.push_back({" ", " ", Level::High, 0, 0, {" ", 0, 0}, 2, " "});
  i.incident.entities.push_back({"program", " ", " ", 0, 0, {1}});
  i.incident.story.push_back({0, 0, Stage::Impact, " ", {1}});
  i.incident.stages.push_back({Stage::Impact, 0, 0, {" "}, {1}});
  i.incident.gaps.push_back({Stage::Impact, " "});
  i.incident.objectives.push_back({" ", 1, {{" ", 1, {1}}}, {{" ", 1, {1}}}});
  i.incident.first = i.incident.last = i.incident.raised = 0;
  i.judged = true;
  const ExposureStep step{Degree::Left, Certainty::Possible, 0, 0, " ", {1}};
  i.incident.exposure = {{" ", " ", " ", " ", Degree::Left, Certainty::Likely, 0, 0, 1, {step}, {{" ", " ", " ", 0, 0, 1}}, {" "}}};
  i.proofs.push_back({ReportProof::At{1, 1}, ReportProof::At{1, 1}, " "});
  r.told = {i};
  r.further = {i};
  ReportScan s;
  s.started = s.host = s.who = s.tool = s.configuration = s.arguments = s.behavior_off = " ";
  s.ended = s.covered = true;
  s.not_whole = {{" ", " "}};
  r.scans = {s};
  r.exhibits = {{" ", " ", " ", " ", " ", " ", " ", " ", 0, 0}};
  r.logs = {{" ", " ", " ", " ", 0, {" "}, {" "}}};
  r.other_findings = {{" ", 1}};
  r.said = {" "};
  return r;
}

}  // namespace
}  // namespace report_rendering

RenderedReport render_report(const Report& report, const ReportView& view, Masker& masker) {
  using namespace report_rendering;
  Page page(view, masker);
  head(page, report);
  const std::size_t at = page.html().size();
  contents(page, report);
  paper::append_summary(page, report);
  paper::append_timeline(page, report);
  for (std::size_t n = 0; n < report.told.size(); ++n) paper::append_incident(page, report.told[n], n + 1);
  paper::append_further(page, report);
  paper::append_actions(page, report);
  paper::append_method(page, report);
  paper::append_evidence(page, report);
  page.raw("</main>\n</body>\n</html>\n");
  withheld(page, masker, report, at);
  return {std::move(page.html()), page.texts()};
}

std::string report_skeleton(const ReportView& view) {
  const Finder nothing{Terms{}};
  Pseudonyms names({}, {});
  Masker masker(nothing, names, pseudonym_words(view.lang));
  std::string all = render_report(report_rendering::specimen(), view, masker).html;
  for (const std::string_view w : all_words(words_of(view.lang))) all.append("\n").append(w);
  return all;
}

}  // namespace custos::share
