#include "cli/views/hunt_view.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "base/text.h"

namespace custos::cli {
namespace hunt_views {
namespace {

constexpr std::size_t kMostProblems = 10, kMostBeside = 10, kWide = 160;

std::string counted(std::uint64_t n, const char* what, const char* several = "s") { return fmt::format("{} {}{}", n, what, n == 1 ? "" : several); }

// "  2026-11-08 23:30 .. 2026-11-09 00:30"
std::string stretch(const engine::Times& t) {
  if (t.first == kNoTime) return {};
  const auto minute = [](Micros m) { return to_rfc3339(m).replace(10, 1, " ").substr(0, 16); };
  return t.first / (60 * kSecond) == t.last / (60 * kSecond) ? "  " + minute(t.first) : fmt::format("  {} .. {}", minute(t.first), minute(t.last));
}

std::string proof(const engine::OpenedHunt& hunt, const std::string& file, const std::optional<engine::SealedPlace>& place) {
  const engine::SealedSource* source = hunt.sources->source(file);
  if (source == nullptr || !place) return "its place in the evidence is not known";
  const std::string& number = hunt.sources->logs()[place->log].number;
  return fmt::format("{}, record {} of the segment of entry {}{}", printable(source->exhibit, 20), place->leaf, hunt.sources->segment(*place).index,
                     number.empty() ? "" : " of case " + number);
}

// Text as it stands; what is binary is named by its entities.
std::string record_text(const engine::OpenedHunt& hunt, const engine::SealedPlace& p) {
  const auto segment = hunt.sources->read(p.log, p.segment);
  if (!segment) return {};
  const std::string_view record = trim((*segment)->record(p.leaf).substr(0, 400));
  return is_valid_utf8(record.substr(0, 100)) && record.find('\0') == std::string_view::npos ? printable(record, kWide) : std::string();
}

void print_hits(const engine::OpenedHunt& hunt, const engine::EntityHunt& found) {
  const auto& hits = found.report.hits;
  if (!hits.empty()) fmt::print("\n{} of {}\n", counted(hits.size(), "hit"), found.report.all.count);
  for (std::size_t i = 0; i < hits.size(); ++i) {
    const engine::EntityHit& h = hits[i];
    const engine::SealedSource& source = hunt.sources->sources()[h.source];
    fmt::print("\n  {}  {}\n", h.time == kNoTime ? "(no time)" : to_rfc3339(h.time), printable(h.kind, kWide));
    std::string who;
    for (const std::string& k : h.keys) {
      if (!engine::is_derived(k[0])) who += fmt::format("{}{} {}", who.empty() ? "" : ", ", engine::entity_word(k[0]), k.substr(1));
    }
    fmt::print("      {}\n", printable(who, kWide));
    if (const std::string text = found.places[i] ? record_text(hunt, *found.places[i]) : ""; !text.empty()) fmt::print("      {}\n", text);
    fmt::print("      {} at byte {}: {}\n", printable(source.name, kWide), h.offset, proof(hunt, source.name, found.places[i]));
  }
}

}  // namespace
}  // namespace hunt_views

void print_rule_hunt(const engine::OpenedHunt& hunt, const engine::RuleHunt& found, std::size_t most) {
  using namespace hunt_views;
  const auto& findings = found.result.findings;
  fmt::print("{}\n", counted(findings.size(), "finding"));
  for (std::size_t i = 0; i < findings.size() && i < most && i < found.places.size(); ++i) {
    const Finding& f = findings[i];
    fmt::print("\n  {}  {:<13} {}{}\n", f.time == kNoTime ? "(no time)" : to_rfc3339(f.time), level_name(f.rule->level), printable(f.rule->title, kWide),
               f.count > 1 ? fmt::format(" ({} records)", f.count) : "");
    std::string who;
    for (const Entity& e : f.entities) who += fmt::format("{}{} {}", who.empty() ? "" : ", ", e.kind, e.value);
    if (!who.empty()) fmt::print("      {}\n", printable(who, kWide));
    fmt::print("      {}\n", printable(f.raw, kWide));
    const auto place = found.places[i].empty() ? std::nullopt : found.places[i][0];
    fmt::print("      {} at byte {}: {}\n", printable(f.source.file, kWide), f.source.offset, proof(hunt, f.source.file, place));
  }
  if (findings.size() > most) fmt::print("\n  and {} more; --json FILE has all, with their proofs\n", findings.size() - most);
}

void print_entity_hunt(const engine::OpenedHunt& hunt, const engine::EntityHunt& found) {
  using namespace hunt_views;
  const engine::EntityReport& r = found.report;
  fmt::print("{}{}\n", counted(r.all.count, "event"), stretch(r.all));
  for (const auto& [letter, t] : r.as) {
    fmt::print("  as {}{}: {}{}\n", engine::entity_word(letter), engine::is_derived(letter) ? ", in a longer name" : "", counted(t.count, "event"), stretch(t));
  }
  std::vector<std::pair<std::string, engine::Times>> kinds(r.kinds.begin(), r.kinds.end());
  std::stable_sort(kinds.begin(), kinds.end(), [](const auto& a, const auto& b) { return a.second.count > b.second.count; });
  if (!kinds.empty()) fmt::print("\nkinds of event\n");
  for (std::size_t i = 0; i < kinds.size() && i < kMostBeside; ++i) {
    fmt::print("{:>10}  {}{}\n", kinds[i].second.count, printable(kinds[i].first, kWide), stretch(kinds[i].second));
  }
  if (kinds.size() > kMostBeside) fmt::print("            and {} more; --json has all\n", kinds.size() - kMostBeside);
  for (const auto& [letter, of] : r.beside) {
    const auto seen = engine::most_seen(of);
    fmt::print("\nbeside {}\n", counted(seen.size(), std::string(engine::entity_word(letter)).c_str(), letter == 'a' ? "es" : "s"));
    for (std::size_t i = 0; i < seen.size() && i < kMostBeside; ++i) {
      fmt::print("{:>10}  {}{}\n", seen[i].second->count, printable(*seen[i].first, kWide), stretch(*seen[i].second));
    }
  }
  if (!hunt.view.incidents.empty()) fmt::print("\n{}\n", found.incidents.empty() ? "no incident of the case names it" : "incidents of the case that name it");
  for (const auto& n : found.incidents) {
    const auto& i = n.incident;
    fmt::print("  {}  {:<13} {} ({})\n", printable(i.id, 40), printable(i.level, 20), printable(i.title, kWide), printable(n.as, 40));
  }
  print_hits(hunt, found);
  if (!r.not_whole.empty()) fmt::print("\n{} not read whole\n", counted(r.not_whole.size(), "source"));
  for (std::size_t i = 0; i < r.not_whole.size() && i < kMostProblems; ++i) {
    fmt::print("      {}: {}\n", printable(r.not_whole[i].first, kWide), printable(r.not_whole[i].second, 600));
  }
}

void print_read(const engine::OpenedHunt& hunt, const Coverage& c) {
  using namespace hunt_views;
  fmt::print("\nread: {} events of {}, {} bytes\n", c.events, counted(hunt.sources->sources().size(), "sealed source"), c.bytes);
  if (hunt.sources->repeated() > 0) {
    fmt::print("      {} more stand{} in the case again, byte for byte: read once\n", hunt.sources->repeated(), hunt.sources->repeated() == 1 ? "s" : "");
  }
  std::size_t told = 0;
  for (const SourceCoverage& s : c.sources) {
    if (s.state == ReadState::Whole || ++told > kMostProblems) continue;
    const std::string why = !s.why.empty() ? s.why : fmt::format("{} not understood", counted(s.reject_count, "record"));
    fmt::print("      {}: {}: {}\n", printable(s.file, kWide), s.state == ReadState::Unread ? "not read" : "not read whole", printable(why, 600));
  }
  if (told > kMostProblems) fmt::print("      and {} more that were not read whole\n", told - kMostProblems);
  for (const RuleRefusal& r : c.rules.refusals) {
    fmt::print("      rule {} is not used: {}\n", printable(r.title.empty() ? r.path : r.title, kWide), printable(r.reason, 400));
  }
}

}  // namespace custos::cli
