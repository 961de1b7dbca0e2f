#include "cli/views/case_view.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace custos::cli {
namespace case_views {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostIncidents = 10, kMostTasks = 10, kMostNotes = 5, kWide = 100;

std::string counted(std::size_t n, const char* what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

// "-> Ben": who has it.
std::string has(const std::string& person) { return person.empty() ? "" : "  -> " + printable(person, 40); }

// Day and minute are enough on a screen.
std::string minute(const std::string& time) {
  return printable(time.size() >= 16 && time[10] == 'T' ? time.substr(0, 10) + " " + time.substr(11, 5) : time, 25);
}

std::string of_case(const store::Ref& ref) { return ref.log.empty() ? "" : "  (of case " + ref.log + ")"; }

std::size_t open_tasks(const store::CaseView& v) {
  return static_cast<std::size_t>(std::count_if(v.tasks.begin(), v.tasks.end(), [](const auto& t) { return t.state == "open"; }));
}

void print_incidents(const store::CaseView& v) {
  fmt::print("\n{}\n", v.incidents.empty() ? "no incidents" : counted(v.incidents.size(), "incident"));
  for (std::size_t i = 0; i < v.incidents.size() && i < kMostIncidents; ++i) {
    const auto& x = v.incidents[i];
    fmt::print("{:>4}  {:<13} {} .. {}  {}{}{}\n      {} {}, score {}\n", i + 1, x.level, minute(x.first), minute(x.last), printable(x.title, kWide),
               has(x.person), of_case(x.ref), printable(x.id, 40), counted(static_cast<std::size_t>(x.findings), "finding"), x.score);
  }
  if (v.incidents.size() > kMostIncidents) fmt::print("      and {} more; --json has all\n", v.incidents.size() - kMostIncidents);
}

void print_tasks(const store::CaseView& v) {
  const std::size_t open = open_tasks(v);
  fmt::print("\n{}\n", v.tasks.empty() ? "no tasks" : fmt::format("{}, {} open", counted(v.tasks.size(), "task"), open));
  std::size_t shown = 0;
  for (const auto& t : v.tasks) {
    if (t.state != "open" || shown++ >= kMostTasks) continue;
    fmt::print("{:>4}  {}{}{}\n", to_text(t.ref), printable(t.title, kWide), t.due.empty() ? "" : fmt::format(", due {}", printable(t.due, 12)), has(t.person));
  }
  if (shown > kMostTasks) fmt::print("      and {} more; --json has all\n", shown - kMostTasks);
}

void print_notes(const store::CaseView& v) {
  const std::size_t all = v.notes.size();
  fmt::print("\n{}\n", all == 0 ? "no notes" : all > kMostNotes ? fmt::format("the last {} of {} notes", kMostNotes, all) : counted(all, "note"));
  for (std::size_t i = all - std::min(all, kMostNotes); i < all; ++i) {
    const auto& n = v.notes[i];
    const std::string about = n.about.empty() ? "" : " about " + printable(n.about, 40);
    fmt::print("{:>4}  {}  {}{}: {}\n", to_text(n.ref), minute(n.time), printable(n.who, 40), about, printable(n.text, 400));
  }
}

void print_record(const std::string& folder, const store::CaseView& v) {
  for (const auto& m : v.merged) {
    fmt::print("\nmerged: case {}, {}, {} entries, by {} on {}\n", m.number, printable(m.title, kWide), m.size, printable(m.who, 40), minute(m.time));
    if (!m.in_view) fmt::print("      its folder in merged/ could not be read: it is left out here. Restore it, then `custos case rebuild`\n");
  }
  for (const auto& x : v.exports) {
    fmt::print("\nexported: {}, {} bytes, by {} on {}\n", printable(x.path, kWide), x.size, printable(x.who, 40), minute(x.time));
  }
  std::string kinds;
  for (const auto& k : v.kinds) {
    if (k.kind == "scan") kinds += ", " + counted(static_cast<std::size_t>(k.entries), "scan");
    const std::string segments = counted(static_cast<std::size_t>(k.entries), "segment");
    if (k.kind == "segment") kinds += fmt::format(", {} records in {} of {} bytes", k.records, segments, k.bytes);
  }
  fmt::print("\non record: {} entries{}\n", v.applied, kinds);
  if (v.not_understood > 0) {
    fmt::print("{} of {} acts are unknown to this custos or not whole: they have no effect here\n", v.not_understood, v.acts);
  }
  fmt::print("next: custos verify {}/evidence\n", printable(folder));
}

}  // namespace
}  // namespace case_views

nlohmann::ordered_json case_json(const std::string& folder, const store::CaseView& v) {
  using case_views::Json;
  Json members = Json::array(), incidents = Json::array(), tasks = Json::array(), notes = Json::array(), merged = Json::array(), exports = Json::array();
  for (const auto& m : v.members) members.push_back({{"person", m.person}, {"role", m.role}, {"since", m.since}, {"by", m.by}});
  for (const auto& i : v.incidents) {
    Json incident = Json::parse(i.whole, nullptr, false);
    incidents.push_back({{"entry", to_text(i.ref)}, {"incident", std::move(incident)}, {"assigned", i.person}});
    if (i.segment) incidents.back()["segment"] = *i.segment;
    if (i.leaf) incidents.back()["leaf"] = *i.leaf;
  }
  for (const auto& t : v.tasks) {
    tasks.push_back({{"task", to_text(t.ref)}, {"title", t.title}, {"due", t.due}, {"state", t.state}, {"said", t.said}, {"assigned", t.person}});
    tasks.back().update({{"time", t.time}, {"who", t.who}});
  }
  for (const auto& n : v.notes) notes.push_back({{"note", to_text(n.ref)}, {"text", n.text}, {"about", n.about}, {"time", n.time}, {"who", n.who}});
  for (const auto& m : v.merged) {
    merged.push_back({{"entry", to_text(m.ref)}, {"number", m.number}, {"title", m.title}, {"origin", m.origin}, {"size", m.size}, {"in_view", m.in_view}});
    merged.back().update({{"time", m.time}, {"who", m.who}});
  }
  for (const auto& x : v.exports) {
    exports.push_back({{"entry", to_text(x.ref)}, {"to", x.path}, {"sha256", x.sha256}, {"size", x.size}, {"time", x.time}, {"who", x.who}});
  }
  Json kinds = Json::object();
  for (const auto& k : v.kinds) kinds[k.kind] = {{"entries", k.entries}, {"records", k.records}, {"bytes", k.bytes}};
  return {{"type", "case"},     {"folder", folder},   {"number", v.number},   {"title", v.title},         {"state", v.state},     {"outcome", v.outcome},
          {"closing", v.closing}, {"into", v.into},   {"opened", v.opened},   {"last_act", v.last_act},   {"entries", v.applied}, {"members", members},
          {"incidents", incidents}, {"tasks", tasks}, {"notes", notes},       {"merged", merged},         {"exports", exports},   {"kinds", kinds},
          {"acts", v.acts},     {"not_understood", v.not_understood}};
}

void print_case(const std::string& folder, const store::CaseView& v) {
  using namespace case_views;
  fmt::print("{}\ncase {}, {}{}\n", printable(v.title, 200), v.number, v.state, v.state == "closed" ? fmt::format(": {}", printable(v.outcome, kWide)) : "");
  if (!v.into.empty()) fmt::print("it went into the case {}\n", printable(v.into, 40));
  if (!v.closing.empty() && v.into.empty()) fmt::print("{}\n", printable(v.closing, 400));
  fmt::print("opened {}, last act {}\n", minute(v.opened), minute(v.last_act));
  std::string members;
  for (const auto& m : v.members) members += fmt::format("{}{} ({})", members.empty() ? "" : ", ", printable(m.person, 40), m.role);
  fmt::print("{}\n", members.empty() ? "no members: it is everybody's" : "members: " + members);
  print_incidents(v);
  print_tasks(v);
  print_notes(v);
  print_record(folder, v);
}

void print_listed(const std::string& folder, const store::CaseView& v, bool is_theirs) {
  using namespace case_views;
  if (v.number.empty()) return fmt::print("{}\n  evidence without a case\n", printable(folder));
  if (!is_theirs) return fmt::print("{}\n  case {}, {}; you are no member of it\n", printable(folder), v.number, v.state);
  const std::string outcome = v.state == "closed" ? fmt::format(" ({})", printable(v.outcome, 40)) : "";
  const std::string first = v.incidents.empty() ? "" : fmt::format(" (first: {})", v.incidents[0].level);
  fmt::print("{}\n  {}\n  case {}, {}{}, {}, {}{}, {} open, last act {}\n", printable(folder), printable(v.title, 200), v.number, v.state, outcome,
             v.members.empty() ? "everybody's" : counted(v.members.size(), "member"), counted(v.incidents.size(), "incident"), first,
             counted(open_tasks(v), "task"), minute(v.last_act));
}

}  // namespace custos::cli
