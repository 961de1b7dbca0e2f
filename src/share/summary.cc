#include "share/summary.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "share/columns.h"
#include "share/json/coverage_json.h"
#include "share/coverage_view.h"
#include "share/incidents_told.h"
#include "share/screen.h"
#include "share/words.h"

namespace custos::share {
namespace summary_file {
namespace {

constexpr std::size_t kMostUnusual = 5;  // findings of behaviour told one by one

std::string some(const DistinctNames& names, std::size_t most) {
  std::string s;
  for (std::size_t i = 0; i < names.size() && i < most; ++i) s += (i == 0 ? "" : ", ") + shown(names.in_order()[i], 60);
  if (names.size() > most || names.over()) {
    s += fmt::format(" and {}{} more", names.over() ? "over " : "",
                     grouped(names.size() - std::min(most, names.size())));
  }
  return s;
}

std::string counts_of(const RuleGroup& g) {
  std::string s = counted(g.findings, "finding");
  if (g.records > g.findings) s += " from " + counted(g.records, "record");
  return s;
}

// `who  p = 0.000083  sentence`, a line each.
void unusual(Screen& screen, const RuleGroup& g, std::size_t most) {
  const std::size_t room = screen.width() - Screen::kIndent, whose = std::min<std::size_t>(20, room / 4);
  std::size_t who = 0, likelihood = 0;
  for (std::size_t i = 0; i < g.unusual.size() && i < most; ++i) {
    who = std::max(who, std::min(whose, columns(shown(g.unusual[i].who))));
    likelihood = std::max(likelihood, columns(g.unusual[i].likelihood));
  }
  for (std::size_t i = 0; i < g.unusual.size() && i < most; ++i) {
    const Unusual& u = g.unusual[i];
    screen.entry("", padded(fitted(shown(u.who), whose), who) + "  " + padded(u.likelihood, likelihood) + "  " + shown(u.sentence));
  }
  if (g.findings > most) screen.entry("", "and " + counted(g.findings - most, "more finding") + " (in the full results)");
}

void group(Screen& screen, const RuleGroup& g, std::size_t most_unusual) {
  static const RuleFacts none;
  const RuleFacts& rule = g.example.rule ? *g.example.rule : none;
  const std::string count = counts_of(g);
  // level (14) title ... count
  const std::size_t room = screen.width() - Screen::kIndent - columns(count) - 2;
  screen.raw("  " + screen.coloured(padded(upper(level_name(g.level())), Screen::kIndent - 3), tint(g.level())) + " " +
             padded(fitted(shown(g.title()), room), room) + "  " + count);
  std::string where =
      g.hosts.size() > 0 ? "on " + some(g.hosts, 4) : "in " + fitted_path(shown(g.example.source.file), 40);
  if (g.users.size() > 0) where += " as " + some(g.users, 2);
  if (!g.unusual.empty()) {  // each names its own host or user
    screen.entry("", span(g.first, g.last));
    return unusual(screen, g, most_unusual);
  }
  screen.entry("", where + "; " + span(g.first, g.last));
  std::string meaning = why(g.example) == rule.title ? std::string{} : shown(why(g.example));
  if (!rule.attack.empty())
    meaning += (meaning.empty() ? "" : " ") + fmt::format("[{}]", shown(joined(rule.attack), 60));
  screen.entry("", meaning);
}

void reasons(Screen& screen, const Behavior& b) {
  constexpr std::size_t kTold = 3;
  const auto& all = b.reasons;
  for (std::size_t i = 0; i < all.size() && i < kTold; ++i) {
    // The figure first: it must not be what the width cuts off.
    screen.entry(i == 0 ? "because" : "", fmt::format("p = {}: {}", figure(all[i].p), shown(all[i].sentence)), i == 0 ? 2 : 1);
  }
  if (all.size() > kTold) screen.entry("", "and " + counted(all.size() - kTold, "more reason"));
  screen.entry("in all", fmt::format("{} ({}; threshold {})", rarity(b.p), likelihood(b), figure(b.threshold)));
}

void explained(Screen& screen, const Finding& f) {
  static const RuleFacts none;
  const RuleFacts& rule = f.rule ? *f.rule : none;
  screen.heading("Why: " + shown(rule.title.empty() ? rule.id : rule.title));
  std::string meaning(trim(rule.description));
  std::replace(meaning.begin(), meaning.end(), '\n', ' ');  // paragraphs run on: the whole text is in the full results
  screen.entry("meaning", shown(meaning, 2000), 3);
  if (f.behavior) reasons(screen, *f.behavior);
  std::size_t told = 0;
  for (const Match& m : f.matched) {
    if (++told > 4) break;
    const std::string place = m.offset ? " (byte " + grouped(*m.offset) + ")" : std::string{};
    const std::size_t room = screen.width() - Screen::kIndent - columns(place);
    screen.entry(told == 1 ? "because" : "", fitted((m.field.empty() ? "the record" : shown(m.field, 60)) +
                                                        (m.field.empty() ? " holds " : " is ") + shown(m.value),
                                                    room) +
                                                 place);
  }
  if (f.matched.size() > 4) screen.entry("", "and " + counted(f.matched.size() - 4, "more match"));
  std::size_t named = 0;
  for (const Entity& e : f.entities) {
    const std::string is = identity(e);
    if (is.empty() || ++named > 3) continue;
    screen.entry(named == 1 ? "who" : "", shown(e.value, 60) + " = " + shown(is, 200));
  }
  const std::string record = f.source.record == 0 ? "" : fmt::format(", record {}", grouped(f.source.record));
  const std::string spot = fmt::format("{}, byte {}", record, grouped(f.source.offset));
  screen.entry("read in", fitted_path(shown(f.source.file), screen.width() - Screen::kIndent - columns(spot)) + spot);
  if (!rule.falsepositives.empty()) screen.entry("may also be", shown(joined(rule.falsepositives, "; ")), 1);
}

void unread(Screen& screen, const CoverageView& v) {
  constexpr std::size_t kShown = 3;
  for (std::size_t i = 0; i < v.bad.size() && i < kShown; ++i) {
    const SourceCoverage& s = *v.bad[i];
    const std::size_t room = screen.width() - Screen::kIndent;
    const std::string file = fitted_path(shown(s.file), room * 2 / 5);
    screen.entry(s.state == ReadState::Unread ? "not read" : "read in part", file + ": " + shown(why_not_whole(s)));
  }
  if (v.bad.size() > kShown)
    screen.entry("", "and " + grouped(v.bad.size() - kShown) + " more (every one is named in the full results)");
}

void rules(Screen& screen, const RuleCoverage& r) {
  std::string s = grouped(r.loaded) + " loaded";
  if (r.correlations + r.filters > 0)
    s += fmt::format(" ({}, {})", counted(r.correlations, "correlation"), counted(r.filters, "filter"));
  s += fmt::format(", {} refused, {} without telemetry", grouped(r.refused), grouped(r.without_telemetry));
  screen.entry("rules", s);
  if (!r.refusals.empty()) {
    const RuleRefusal& x = r.refusals.front();
    std::string more = r.refused > 1 ? fmt::format(" (and {} more)", grouped(r.refused - 1)) : std::string{};
    const std::size_t room = screen.width() - Screen::kIndent - columns(more);
    screen.entry("refused", fitted(fitted_path(shown(x.path), room * 2 / 5) + ": " + shown(x.reason), room) + more);
  }
  if (!r.without_telemetry_by_source.empty())
    screen.entry("no logs for", shown(top(r.without_telemetry_by_source, 5)) + " (rules that saw nothing)");
}

void oddities(Screen& screen, const Coverage& c, const CoverageView& v) {
  if (c.rejects > 0)
    screen.entry("not understood", counted(c.rejects, "stretch") + " in " + counted(v.sources_with_rejects, "file"));
  if (v.missing > 0 || v.gaps > 0) {
    screen.entry("gaps", fmt::format("{} missing at {} in {}", counted(v.missing, "record number"),
                                     counted(v.gaps, "place"), counted(v.sources_with_gaps, "file")));
  }
  std::string odd;
  const auto add = [&odd](std::uint64_t n, std::string_view text) {
    if (n > 0) odd += fmt::format("{}{} {}", odd.empty() ? "" : ", ", counted(n, "event"), text);
  };
  add(v.backwards, "earlier than the one before");
  add(v.in_future, "in the future");
  add(v.without_time, "without a time");
  add(c.late, "too late for correlation");
  add(c.evicted, "dropped from correlation");
  if (!odd.empty()) screen.entry("clocks", odd);
  if (c.accesses_left_out > 0) {
    screen.entry("exposure", counted(c.accesses_left_out, "visit") + " to protected items did not fit, so incidents may not tell of them");
  }
  std::uint64_t undecided = 0;
  for (const auto& [rule, times] : c.rules.interrupted) undecided += times;
  if (undecided > 0)
    screen.entry("not decided", counted(undecided, "event") + " on " + counted(c.rules.interrupted.size(), "rule") +
                                    ": an expression reached its limits");
}

void coverage_part(Screen& screen, const Coverage& c) {
  const CoverageView v = CoverageView::of(c);
  screen.heading("What was read, and what was not");
  screen.entry("files", fmt::format("{}: {} read whole, {} in part, {} not at all; {}, {}",
                                    grouped(v.whole + v.partial + v.unread), grouped(v.whole), grouped(v.partial),
                                    grouped(v.unread), sized(c.bytes), counted(c.events, "event")));
  if (c.events > 0) screen.entry("events", shown(top(c.events_by_format, 6)) + "; " + span(v.first, v.last));
  if (const std::string text = left_out(c.scope); !text.empty()) screen.entry("left out", text);
  if (const std::string text = whose(c.identities); !text.empty()) screen.entry("whose", text, 2);
  unread(screen, v);
  oddities(screen, c, v);
  rules(screen, c.rules);
  if (c.behavior.on || !c.behavior.why_not.empty()) screen.entry("behaviour", shown(judged(c.behavior)), 3);
}

}  // namespace
}  // namespace summary_file

std::string summary(const Digest& digest, std::span<const Incident> incidents, const Coverage& coverage, const SummaryOptions& options) {
  namespace here = summary_file;
  Screen screen(options);
  if (!incidents.empty()) {
    tell_incidents(screen, incidents);
    screen.line();
  }
  const std::size_t wanted = incidents.empty() ? options.top_n : std::min<std::size_t>(options.top_n, 3);
  // A verdict of two lines costs the last rule its place: the screen stays one screen.
  const std::size_t top_n = screen.heading(verdict(digest, coverage)) > 1 && wanted > 1 ? wanted - 1 : wanted;
  const auto groups = digest.ranked();
  if (!groups.empty()) screen.line();
  std::size_t most_unusual = here::kMostUnusual;
  for (std::size_t i = 0; i < groups.size() && i < top_n; ++i) {
    here::group(screen, *groups[i], most_unusual);
    if (!groups[i]->unusual.empty()) most_unusual = 1;  // of a lower level
  }
  if (groups.size() > top_n)
    screen.entry("", counted(groups.size() - top_n, "more rule") + " with findings (in the full results)");
  if (!groups.empty() && incidents.empty()) {
    screen.line();
    here::explained(screen, groups.front()->example);
  }
  screen.line();
  here::coverage_part(screen, coverage);
  return screen.take();
}

std::string summary(std::span<const Finding* const> findings, std::span<const Incident> incidents, const Coverage& coverage, const SummaryOptions& options) {
  Digest digest;
  for (const Finding* f : findings) digest.add(*f);
  return summary(digest, incidents, coverage, options);
}

}  // namespace custos::share
