#include "share/incidents_told.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "share/columns.h"
#include "share/words.h"

namespace custos::share {
namespace incidents_told {

constexpr std::size_t kTold = 3, kSentences = 6, kFewSentences = 2, kNames = 4, kItems = 3;

// "ws-006 (foothold), files-01, app-01 (reached), court\\m.osei (first account)"
std::string who(const Incident& i) {
  std::map<std::string, std::size_t> told;
  std::string text, role;
  for (const IncidentEntity& e : i.entities) {
    if (e.role == "involved" || e.role == "tool" || ++told[e.role] > kNames) continue;
    if (!role.empty() && role != e.role) text += " (" + role + ")";
    if (!text.empty()) text += ", ";
    text += shown(e.value, 60);
    role = e.role;
  }
  if (!role.empty()) text += " (" + role + ")";
  return text;
}

std::string objectives(const Incident& i) {
  std::string text;
  for (const Objective& o : i.objectives) {
    if (text.empty() || o.share >= 0.1) text += fmt::format("{}{} {:.0f} %", text.empty() ? "" : ", ", o.name, o.share * 100);
  }
  return text;
}

std::string stages(const Incident& i) {
  std::string text;
  for (const StageSeen& s : i.stages) text += (text.empty() ? "" : ", ") + std::string(stage_name(s.stage));
  return text;
}

// "copied: Papers of case 2026-014 (certain), 3 more; opened: ..."
std::string exposure(const Incident& i) {
  std::map<Degree, std::pair<std::string, std::size_t>, std::greater<>> of;
  std::size_t possible = 0;
  for (const Exposure& e : i.exposure) {
    if (e.certainty == Certainty::Possible) {
      ++possible;
      continue;
    }
    auto& [list, n] = of[e.degree];
    if (++n <= kItems) list += fmt::format("{}{} ({})", n == 1 ? "" : ", ", shown(e.title.empty() ? e.item : e.title, 60), certainty_name(e.certainty));
  }
  std::string text;
  for (const auto& [degree, listed] : of) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", degree_name(degree), listed.first);
    if (listed.second > kItems) text += fmt::format(" and {} more", listed.second - kItems);
  }
  if (possible > 0) text += fmt::format("{}{} possibly", text.empty() ? "" : "; ", counted(possible, "item"));
  return text;
}

Level level_of(const Incident& i, const Sentence& s) {
  Level most = Level::Informational;
  for (const std::uint32_t n : s.evidence) most = std::max(most, i.evidence[n - 1].level);
  return most;
}

// The gravest, of each stage one before a second of any, in order of time.
std::vector<const Sentence*> telling(const Incident& i, std::size_t most) {
  std::vector<const Sentence*> all;
  for (const Sentence& s : i.story) all.push_back(&s);
  std::stable_sort(all.begin(), all.end(), [&](const Sentence* a, const Sentence* b) { return level_of(i, *a) > level_of(i, *b); });
  std::map<int, std::size_t> of_stage;
  std::vector<std::pair<std::size_t, const Sentence*>> ranked;
  for (const Sentence* s : all) ranked.emplace_back(of_stage[s->stage ? static_cast<int>(*s->stage) : -1]++, s);
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  if (ranked.size() > most) ranked.resize(most);
  std::vector<const Sentence*> out;
  for (const auto& [nth, s] : ranked) out.push_back(s);
  std::stable_sort(out.begin(), out.end(), [](const Sentence* a, const Sentence* b) { return a->time < b->time; });
  return out;
}

// "09-14 08:01"
std::string moment(Micros t) {
  const std::string s = to_rfc3339(t);
  return s.size() < 16 ? std::string("no time") : s.substr(5, 5) + " " + s.substr(11, 5);
}

void tell(Screen& screen, const Incident& i, std::size_t most) {
  const std::size_t room = screen.width() - Screen::kIndent;
  const auto findings = static_cast<std::size_t>(std::count_if(i.evidence.begin(), i.evidence.end(), [](const auto& e) { return !e.finding.empty(); }));
  screen.raw("  " + screen.coloured(padded(upper(level_name(i.level)), Screen::kIndent - 3), tint(i.level)) + " " + fitted(shown(i.title), room));
  screen.entry("", fmt::format("{}; {}; incident {}", span(i.first, i.last), counted(findings, "finding"), i.id));
  if (const std::string text = who(i); !text.empty()) screen.entry("who", text, 2);
  if (const std::string text = stages(i); !text.empty()) screen.entry("stages", text);
  screen.entry("after what", objectives(i));
  if (const std::string text = exposure(i); !text.empty()) screen.entry("exposed", text, 2);
  const auto sentences = telling(i, most);
  for (const Sentence* s : sentences) screen.entry("  " + moment(s->time), shown(s->text));
  if (i.story.size() > sentences.size()) screen.entry("", "and " + counted(i.story.size() - sentences.size(), "more sentence") + " (in the full results)");
  if (most == kSentences && !i.gaps.empty()) screen.entry("not known", i.gaps.front().text, 2);
}

}  // namespace incidents_told

void tell_incidents(Screen& screen, std::span<const Incident> incidents) {
  using namespace incidents_told;
  const auto to_read = static_cast<std::size_t>(std::count_if(incidents.begin(), incidents.end(), [](const Incident& i) { return i.within_budget; }));
  screen.heading(fmt::format("{} to read{}", counted(to_read, "incident"),
                             to_read == incidents.size() ? "" : fmt::format(", {} more beyond the budget", grouped(incidents.size() - to_read))));
  for (std::size_t n = 0; n < to_read && n < kTold; ++n) {
    screen.line();
    tell(screen, incidents[n], n == 0 ? kSentences : kFewSentences);
  }
  if (to_read > kTold) screen.entry("", "and " + counted(to_read - kTold, "more incident") + " (in the full results)");
}

}  // namespace custos::share
