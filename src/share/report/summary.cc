#include <algorithm>
#include <map>
#include <set>

#include "share/report/paper.h"

namespace custos::share::paper {
namespace summary_section {
namespace {

constexpr double kTells = 0.4;  // share from which an objective is named

Page& term(Page& p, std::string_view title) { return p.raw("<dt>").fixed(title).raw("</dt><dd>"); }
Page& end(Page& p) { return p.raw("</dd>\n"); }

void what(Page& p, const Report& r) {
  term(p, p.w().what);
  std::size_t all = r.told.size() + r.further.size();
  const ReportIncident* first = !r.told.empty() ? &r.told[0] : !r.further.empty() ? &r.further[0] : nullptr;
  if (first == nullptr) {
    p.fixed(p.w().no_incident);
  } else {
    p.raw("<strong>").text(first->incident.title).raw("</strong> ").level(first->incident.level);
    if (all > 1) p.raw("<br>").fixed(p.w().and_more_incidents, all - 1);
  }
  end(p);
}

void when(Page& p, const Report& r) {
  const Incident& i = r.told[0].incident;
  term(p, p.w().when);
  p.fixed(p.w().from_to, i.first == kNoTime ? std::string(p.w().unknown) : shown(i.first), i.last == kNoTime ? std::string(p.w().unknown) : shown(i.last));
  if (i.raised != kNoTime) p.raw("<br><span class=\"soft\">").fixed(p.w().raised, shown(i.raised)).raw("</span>");
  end(p);
}

void how_far(Page& p, const Report& r) {
  std::optional<Stage> furthest;
  std::set<std::pair<std::string, std::string>> hosts, accounts, outside;
  for (const ReportIncident& i : r.told) {
    for (const StageSeen& s : i.incident.stages) furthest = furthest ? std::max(*furthest, s.stage) : s.stage;
    for (const IncidentEntity& e : i.incident.entities) {
      if (e.role == "contacted") continue;
      auto& of = e.kind == "host" ? hosts : e.kind == "account" ? accounts : outside;
      if (e.kind != "program") of.emplace(e.kind, e.value);
    }
  }
  term(p, p.w().how_far);
  if (furthest) p.fixed(p.w().furthest_stage, stage_word(p.w(), furthest)).raw("<br>");
  p.fixed(p.w().computers_accounts, hosts.size(), accounts.size(), outside.size());
  end(p);
}

void after_what(Page& p, const Report& r) {
  const auto& objectives = r.told[0].incident.objectives;
  term(p, p.w().after_what);
  const std::string_view name = objectives.empty() ? std::string_view() : objective_word(p.w(), objectives[0].name);
  if (objectives.empty() || objectives[0].share < kTells || name.data() == objectives[0].name.data()) {
    p.fixed(p.w().objective_unclear);
  } else {
    p.fixed(p.w().objective_share, name, static_cast<int>(objectives[0].share * 100 + 0.5));
  }
  end(p);
}

// By degree, the gravest first; and who must be told of it.
void touched(Page& p, const Report& r) {
  std::map<Degree, std::size_t, std::greater<>> by_degree;
  std::size_t possible = 0;
  std::vector<std::string> tell;
  bool known = false;
  for (const ReportIncident& i : r.told) {
    known = known || i.judged;
    for (const Exposure& x : i.incident.exposure) {
      if (x.certainty == Certainty::Possible) {
        ++possible;
        continue;
      }
      ++by_degree[x.degree];
      for (const std::string& t : x.tell) {
        if (std::find(tell.begin(), tell.end(), t) == tell.end()) tell.push_back(t);
      }
    }
  }
  term(p, p.w().touched);
  if (!known) p.fixed(p.w().exposure_unknown);
  if (known && by_degree.empty() && possible == 0) p.fixed(p.w().exposure_none);
  bool any = false;
  const auto count = [&](std::string_view what, std::size_t n) {
    p.raw(any ? ", " : "").raw("<strong>").fixed(p.w().exposure_count, what, n).raw("</strong>");
    any = true;
  };
  for (const auto& [degree, n] : by_degree) count(degree_word(p.w(), degree), n);
  if (possible > 0) count(certainty_word(p.w(), Certainty::Possible), possible);
  end(p);
  if (tell.empty()) return;
  term(p, p.w().must_be_told);
  for (std::size_t n = 0; n < tell.size() && n < 20; ++n) p.raw(n == 0 ? "" : ", ").text(tell[n], 100);
  end(p);
}

void open_points(Page& p, const Report& r) {
  constexpr std::size_t kShown = 5;
  std::vector<const ReportTask*> open;
  for (const ReportTask& t : r.tasks) {
    if (t.state == "open") open.push_back(&t);
  }
  term(p, p.w().open_points);
  if (open.empty()) p.fixed(p.w().tasks_none);
  if (!open.empty()) p.fixed(p.w().tasks_open, open.size());
  if (!open.empty() && !p.is_for(Audience::Authority)) {
    p.raw("<ul>");
    for (std::size_t n = 0; n < open.size() && n < kShown; ++n) {
      p.raw("<li>").text(open[n]->title, 200);
      if (!open[n]->due.empty()) p.raw(" <span class=\"soft\">(").text(open[n]->due, 20).raw(")</span>");
      p.raw("</li>");
    }
    p.raw("</ul>");
  }
  end(p);
}

void not_shown(Page& p, const Report& r) {
  term(p, p.w().not_shown);
  const auto& gaps = r.told[0].incident.gaps;
  if (gaps.empty()) p.fixed(p.w().gaps_none);
  for (std::size_t n = 0; n < gaps.size(); ++n) p.raw(n == 0 ? "" : ", ").fixed(stage_word(p.w(), gaps[n].stage));
  end(p);
}

void not_read(Page& p, const Report& r) {
  std::uint64_t partial = 0, unread = 0;
  for (const ReportScan& s : r.scans) {
    partial += s.partial;
    unread += s.unread;
  }
  term(p, p.w().not_read);
  if (r.scans.empty()) {
    p.fixed(p.w().nothing_scanned);
  } else if (partial + unread == 0) {
    p.fixed(p.w().all_read);
  } else {
    p.fixed(p.w().some_unread, partial, unread);
  }
  end(p);
}

}  // namespace
}  // namespace summary_section

void append_summary(Page& p, const Report& r) {
  using namespace summary_section;
  p.section("summary", p.w().summary).raw("<dl class=\"decide\">\n");
  what(p, r);
  if (!r.told.empty()) {
    when(p, r);
    how_far(p, r);
    after_what(p, r);
    touched(p, r);
    not_shown(p, r);
  }
  open_points(p, r);
  not_read(p, r);
  term(p, p.w().state).word(state_word(p.w(), r.state), r.state);
  if (!r.outcome.empty()) p.raw(": ").text(r.outcome, 200);
  if (!r.closing.empty()) p.raw("<br>").text(r.closing, 1000);
  end(p);
  p.raw("</dl>\n");
  p.raw("<p class=\"soft\">").fixed(p.w().told_incidents, r.told.size() + r.further.size(), r.told.size());
  if (!r.told.empty() && !p.is_for(Audience::Leadership)) p.raw(" ").fixed(p.w().reading);
  p.raw("</p>\n").end_section();
}

}  // namespace custos::share::paper
