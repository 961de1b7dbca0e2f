#include "share/report/paper.h"

namespace custos::share::paper {
namespace actions_section {
namespace {

constexpr std::size_t kMost = 1000;

void tasks(Page& p, const Report& r) {
  p.raw("<h3>").fixed(p.w().tasks).raw("</h3>\n");
  if (r.tasks.empty()) {
    p.raw("<p>").fixed(p.w().none).raw("</p>\n");
    return;
  }
  p.head({p.w().number, p.w().task, p.w().task_state, p.w().due, p.w().assigned, p.w().said});
  for (std::size_t k = 0; k < r.tasks.size() && k < kMost; ++k) {
    const ReportTask& t = r.tasks[k];
    p.raw("<tr><td>")
        .text(t.number, 40)
        .raw("</td><td>")
        .text(t.title, 2000)
        .raw("</td><td>")
        .word(state_word(p.w(), t.state), t.state)
        .raw("</td><td class=\"t\">");
    p.text(t.due, 20).raw("</td><td>").text(t.person, 100).raw("</td><td>").text(t.said, 2000).raw("</td></tr>\n");
  }
  p.end_table();
  if (r.tasks.size() > kMost) p.raw("<p>").fixed(p.w().more_rows, r.tasks.size() - kMost).raw("</p>\n");
}

void notes(Page& p, const Report& r) {
  if (r.notes.empty()) return;
  p.raw("<h3>").fixed(p.w().notes).raw("</h3>\n").head({p.w().number, p.w().time, p.w().who, p.w().notes});
  for (std::size_t k = 0; k < r.notes.size() && k < kMost; ++k) {
    const ReportNote& n = r.notes[k];
    p.raw("<tr><td>").text(n.number, 40).raw("</td><td class=\"t\">").time(n.time).raw("</td><td>").text(n.who, 100).raw("</td><td>").text(n.text, 8000);
    if (!n.about.empty()) p.raw(" <span class=\"soft\">(").fixed(p.w().about, "").text(n.about, 40).raw(")</span>");
    p.raw("</td></tr>\n");
  }
  p.end_table();
  if (r.notes.size() > kMost) p.raw("<p>").fixed(p.w().more_rows, r.notes.size() - kMost).raw("</p>\n");
}

void pairs(Page& p, const std::vector<ReportPair>& of, std::string_view title, bool is_role) {
  if (of.empty()) return;
  p.raw("<h3>").fixed(title).raw("</h3><ul>\n");
  for (const ReportPair& m : of) {
    p.raw("<li>");
    if (is_role) p.text(m.name, 100).raw(": ").word(role_word(p.w(), m.value), m.value);
    if (!is_role) p.time(m.name).raw(": ").text(m.value, 400);
    p.raw("</li>\n");
  }
  p.raw("</ul>\n");
}

}  // namespace
}  // namespace actions_section

void append_actions(Page& p, const Report& r) {
  using namespace actions_section;
  p.section("actions", p.w().actions).raw("<dl><dt>").fixed(p.w().state).raw("</dt><dd>").word(state_word(p.w(), r.state), r.state).raw("</dd>");
  p.raw("<dt>").fixed(p.w().opened).raw("</dt><dd>").time(r.opened).raw("</dd><dt>").fixed(p.w().last_act).raw("</dt><dd>").time(r.last_act).raw("</dd>");
  if (!r.outcome.empty()) p.raw("<dt>").fixed(p.w().outcome).raw("</dt><dd>").text(r.outcome, 400).raw(" ").text(r.closing, 4000).raw("</dd>");
  p.raw("</dl>\n");
  if (!p.is_for(Audience::Authority)) tasks(p, r);
  if (p.is_for(Audience::Technical)) {
    notes(p, r);
    pairs(p, r.members, p.w().members, true);
    pairs(p, r.handed_out, p.w().handed_out, false);
  }
  p.end_section();
}

}  // namespace custos::share::paper
