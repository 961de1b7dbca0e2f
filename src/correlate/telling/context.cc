#include "correlate/telling/context.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.h"

namespace custos::correlate {
namespace adding_context {

constexpr Micros kTogether = 3'600 * kSecond;
constexpr std::size_t kMostListed = 12, kMostText = 100;

std::string shown(const std::string& s) { return printable(to_valid_utf8(s), kMostText); }

std::string command(const ProgramStep& s) { return shown(s.text.empty() ? file_name(s.image) : s.text); }

std::string title_of_step(const ProgramStep& s) {
  if (s.kind == Step::Kind::Start) return "Program started: " + command(s);
  return fmt::format("{} {} {}", file_name(s.image), s.kind == Step::Kind::Write ? "wrote" : "connected to", shown(s.text));
}

std::uint32_t add_evidence(Incident& incident, const Kin& k, std::uint64_t records) {
  const ProgramStep& s = *k.step;
  IncidentEvidence e;
  e.title = title_of_step(s);
  e.level = Level::Informational;
  e.time = e.last_time = s.time;
  e.place = s.place;
  e.records = records;
  e.why = k.by.empty() ? fmt::format("of the programs of [{}]", k.number) : fmt::format("by {}, of the programs of [{}]", k.by, k.number);
  incident.evidence.push_back(std::move(e));
  return static_cast<std::uint32_t>(incident.evidence.size());
}

// What one program started, or wrote, within an hour is one sentence.
struct Did {
  Sentence sentence;
  std::vector<std::string> commands;
  std::size_t more = 0;
};

void add_deeds(Incident& incident, std::span<const Kin> kin, Step::Kind kind, std::vector<Sentence>& out) {
  const std::string_view did = kind == Step::Kind::Write ? "wrote" : "also ran";
  std::map<std::pair<std::string, std::string>, Did> open;  // by computer and program
  const auto close = [&](const std::pair<std::string, std::string>& of, Did& s) {
    std::string list;
    for (const std::string& c : s.commands) list += (list.empty() ? "" : "; ") + c;
    if (s.more > 0) list += fmt::format("; and {} more", s.more);
    const std::string who = of.second.empty() ? std::string() : ", " + of.second;
    s.sentence.text = fmt::format("On {}{} {}: {}", of.first, who, did, list);
    out.push_back(std::move(s.sentence));
  };
  for (const Kin& k : kin) {
    if (k.step->kind != kind) continue;
    const std::pair<std::string, std::string> of{k.host, kind == Step::Kind::Write ? file_name(k.step->image) : k.by};
    const auto at = open.find(of);
    if (at != open.end() && k.step->time - at->second.sentence.last_time > kTogether) {
      close(of, at->second);
      open.erase(at);
    }
    Did& s = open[of];
    if (s.sentence.evidence.empty()) s.sentence.time = k.step->time;
    s.sentence.last_time = k.step->time;
    s.sentence.evidence.push_back(add_evidence(incident, k, 1 + k.step->twins.size()));
    const std::string text = command(*k.step);
    if (std::find(s.commands.begin(), s.commands.end(), text) != s.commands.end()) continue;
    s.commands.size() < kMostListed ? s.commands.push_back(text) : static_cast<void>(++s.more);
  }
  for (auto& [of, s] : open) close(of, s);
}

void add_contacts(Incident& incident, std::span<const Kin> kin, std::vector<Sentence>& out) {
  struct Contact {
    const Kin* first = nullptr;
    Micros last = kNoTime;
    std::uint64_t times = 0;
  };
  std::map<std::tuple<std::string, std::string, std::string>, Contact> contacts;
  for (const Kin& k : kin) {
    if (k.step->kind != Step::Kind::Contact) continue;
    Contact& c = contacts[{k.host, file_name(k.step->image), k.step->text}];
    if (c.first == nullptr) c.first = &k;
    c.last = k.step->time;
    ++c.times;
  }
  for (const auto& [of, c] : contacts) {
    const auto& [host, program, to] = of;
    const std::uint32_t number = add_evidence(incident, *c.first, c.times);
    const std::string times = c.times == 1 ? std::string() : fmt::format(" ({} connections)", c.times);
    out.push_back({c.first->step->time, c.last, std::nullopt, fmt::format("On {}, {} spoke to {}{}", host, shown(program), shown(to), times), {number}});
    const std::string address = to.substr(0, to.rfind(':'));
    auto e =
        std::find_if(incident.entities.begin(), incident.entities.end(), [&](const IncidentEntity& x) { return x.kind == "address" && x.value == address; });
    if (e == incident.entities.end()) e = incident.entities.insert(e, {"address", address, "contacted", c.first->step->time, c.last, {}});
    if (e->role == "involved") e->role = "contacted";
    e->evidence.push_back(number);
  }
}

}  // namespace adding_context

void add_context(Incident& incident, std::span<const Kin> kin) {
  using namespace adding_context;
  std::vector<Sentence> more;
  add_deeds(incident, kin, Step::Kind::Start, more);
  add_deeds(incident, kin, Step::Kind::Write, more);
  add_contacts(incident, kin, more);
  for (Sentence& s : more) incident.story.push_back(std::move(s));
  std::stable_sort(incident.story.begin(), incident.story.end(), [](const Sentence& a, const Sentence& b) { return a.time < b.time; });
}

}  // namespace custos::correlate
