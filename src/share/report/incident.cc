#include <algorithm>

#include "share/report/paper.h"
#include "share/words.h"

namespace custos::share::paper {
namespace incident_section {
namespace {

constexpr std::size_t kMostSentences = 400, kMostIndicators = 200;

void story(Page& p, const Incident& i, std::size_t n) {
  p.section(fmt::format("incident-{}-story", n), p.w().story, 3);
  if (!p.w().story_language.empty()) p.raw("<p class=\"note\">").fixed(p.w().story_language).raw("</p>\n");
  if (i.story.empty()) p.raw("<p>").fixed(p.w().story_empty).raw("</p>\n");
  p.raw("<ol class=\"story\">\n");
  for (std::size_t k = 0; k < i.story.size() && k < kMostSentences; ++k) {
    const Sentence& s = i.story[k];
    p.raw("<li><span class=\"t\">").time(s.time).raw("</span><span class=\"stage\">");
    if (s.stage) p.fixed(stage_word(p.w(), s.stage));
    p.raw("</span><span class=\"what\">").text(s.text, 1200).evidence(n, s.evidence).raw("</span></li>\n");
  }
  p.raw("</ol>\n");
  if (i.story.size() > kMostSentences) p.raw("<p>").fixed(p.w().more_rows, i.story.size() - kMostSentences).raw("</p>\n");
  p.end_section();
}

void objectives(Page& p, const Incident& i, std::size_t n) {
  if (i.objectives.empty()) return;
  p.raw("<h4>").fixed(p.w().objectives).raw("</h4><p class=\"soft\">").fixed(p.w().objective_note).raw("</p>\n");
  p.head({p.w().after_what, p.w().weight, p.w().in_favour, p.w().against});
  const auto grounds = [&](const std::vector<Ground>& of) {
    p.raw("<td>");
    for (std::size_t k = 0; k < of.size(); ++k) p.raw(k == 0 ? "" : "<br>").text(of[k].text, 300).evidence(n, of[k].evidence);
    p.raw("</td>");
  };
  for (const Objective& o : i.objectives) {
    p.raw("<tr><td class=\"k\">")
        .word(objective_word(p.w(), o.name), o.name)
        .raw(fmt::format("</td><td class=\"n\">{} %</td>", static_cast<int>(o.share * 100 + 0.5)));
    grounds(o.in_favour);
    grounds(o.against);
    p.raw("</tr>\n");
  }
  p.end_table();
}

void stages(Page& p, const Incident& i, std::size_t n) {
  p.section(fmt::format("incident-{}-stages", n), p.w().stages, 3);
  if (!i.stages.empty()) {
    p.head({p.w().stage, p.w().first, p.w().last, p.w().techniques, p.w().evidence});
    for (const StageSeen& s : i.stages) {
      p.raw("<tr><td class=\"k\">")
          .fixed(stage_word(p.w(), s.stage))
          .raw("</td><td class=\"t\">")
          .time(s.first)
          .raw("</td><td class=\"t\">")
          .time(s.last)
          .raw("</td><td>");
      p.text(joined(s.techniques)).raw("</td><td>").evidence(n, s.evidence).raw("</td></tr>\n");
    }
    p.end_table();
  }
  if (!i.gaps.empty()) {
    p.raw("<h4>").fixed(p.w().gaps).raw("</h4><ul>\n");
    for (const MissingStage& g : i.gaps) p.raw("<li><strong>").fixed(stage_word(p.w(), g.stage)).raw("</strong>: ").text(g.text).raw("</li>\n");
    p.raw("</ul>\n");
  }
  objectives(p, i, n);
  p.end_section();
}

void indicators(Page& p, const Incident& i, std::size_t n) {
  if (p.is_for(Audience::Leadership)) return;
  std::vector<const IncidentEntity*> all;
  for (const IncidentEntity& e : i.entities) {
    if (e.kind == "address" || e.kind == "domain" || e.kind == "program") all.push_back(&e);
  }
  if (all.empty()) return;
  p.section(fmt::format("incident-{}-indicators", n), p.w().indicators, 3);
  p.head({p.w().kind, p.w().value, p.w().role, p.w().first, p.w().last, p.w().evidence});
  for (std::size_t k = 0; k < all.size() && k < kMostIndicators; ++k) {
    const IncidentEntity& e = *all[k];
    p.raw("<tr><td class=\"k\">")
        .word(kind_word(p.w(), e.kind), e.kind)
        .raw("</td><td class=\"code\">")
        .text(e.value)
        .raw("</td><td class=\"k\">")
        .word(role_word(p.w(), e.role), e.role);
    p.raw("</td><td class=\"t\">").time(e.first).raw("</td><td class=\"t\">").time(e.last).raw("</td><td>").evidence(n, e.evidence).raw("</td></tr>\n");
  }
  p.end_table();
  if (all.size() > kMostIndicators) p.raw("<p>").fixed(p.w().more_rows, all.size() - kMostIndicators).raw("</p>\n");
  p.end_section();
}

}  // namespace
}  // namespace incident_section

void append_incident(Page& p, const ReportIncident& i, std::size_t n) {
  using namespace incident_section;
  p.raw(fmt::format("<section id=\"incident-{}\" class=\"incident\"><h2>", n)).fixed(p.w().incident, n).raw(": ").text(i.incident.title).raw("</h2>\n<p>");
  p.level(i.incident.level).raw(", ");
  p.time(i.incident.first).raw(" \u2013 ").time(i.incident.last);
  p.raw(" <span class=\"soft code\">").text(i.incident.id, 40).raw("</span>");
  if (!i.assigned.empty()) p.raw(". ").fixed(p.w().assigned).raw(": ").text(i.assigned, 100);
  p.raw("</p>\n");
  append_incident_timeline(p, i, n);
  append_graph(p, i, n);
  story(p, i.incident, n);
  stages(p, i.incident, n);
  append_exposure(p, i, n);
  indicators(p, i.incident, n);
  p.end_section();
}

void append_further(Page& p, const Report& r) {
  if (r.further.empty()) return;
  constexpr std::size_t kMost = 500;
  p.section("incidents", p.w().further_incidents);
  p.head({p.w().level, p.w().title, p.w().first, p.w().last, p.w().findings});
  for (std::size_t k = 0; k < r.further.size() && k < kMost; ++k) {
    const ReportIncident& i = r.further[k];
    p.raw("<tr><td>")
        .level(i.incident.level)
        .raw("</td><td>")
        .text(i.incident.title)
        .raw("</td><td class=\"t\">")
        .time(i.incident.first)
        .raw("</td><td class=\"t\">");
    p.time(i.incident.last).raw("</td><td class=\"n\">").number(i.findings).raw("</td></tr>\n");
  }
  p.end_table();
  if (r.further.size() > kMost) p.raw("<p>").fixed(p.w().more_rows, r.further.size() - kMost).raw("</p>\n");
  p.end_section();
}

}  // namespace custos::share::paper
