#include "correlate/telling/roles.h"

#include <algorithm>
#include <array>
#include <map>

#include "correlate/telling/stages.h"

namespace custos::correlate {
namespace giving_roles {

// In the order in which entities are listed.
constexpr std::array<std::string_view, 10> kRoles = {"foothold",    "reached", "staging host", "first account", "stolen account", "command and control",
                                                    "destination", "contacted", "source",  "tool"};

struct Seen {
  IncidentEntity entity;
  bool source = false, goal = false,
       gathers = false;  // spoken of as where something came from, as where something grave was done, as where things were gathered
  bool steers = false, receives = false;
  std::string used_from;  // an account's first other computer
};

bool packs(const Finding& f) {
  return std::any_of(f.rule->attack.begin(), f.rule->attack.end(), [](const std::string& t) { return t.starts_with("T1560") || t.starts_with("T1074"); });
}

bool has(const std::vector<Stage>& stages, Stage s) { return std::find(stages.begin(), stages.end(), s) != stages.end(); }

void see(Seen& s, const Mention& m, const Item& item, std::uint32_t number) {
  const Finding& f = *item.finding;
  const bool is_grave = grave(item);
  const auto stages = stages_of(f);
  IncidentEntity& e = s.entity;
  if (e.evidence.empty()) e.first = f.time;
  e.last = std::max({e.last, f.time, f.last_time});
  e.evidence.push_back(number);
  s.source = s.source || m.part == Part::From;
  s.goal = s.goal || (m.part != Part::From && is_grave);
  s.gathers = s.gathers || (is_grave && packs(f) && m.part == Part::On);
  s.steers = s.steers || (is_grave && has(stages, Stage::CommandAndControl));
  s.receives = s.receives || (is_grave && has(stages, Stage::Exfiltration));
}

std::string role_of(const Seen& s, bool first) {
  const std::string& kind = s.entity.kind;
  if (kind == "host") return first ? "foothold" : s.gathers ? "staging host" : s.goal ? "reached" : "involved";
  if (kind == "account") return first ? "first account" : s.goal ? "stolen account" : "involved";
  if (kind == "program") return "tool";
  if (s.steers) return "command and control";
  if (s.receives) return "destination";
  return s.source ? "source" : "involved";
}

std::size_t rank(const IncidentEntity& e) { return static_cast<std::size_t>(std::find(kRoles.begin(), kRoles.end(), e.role) - kRoles.begin()); }

}  // namespace giving_roles

std::vector<IncidentEntity> entities_of(std::span<const Item> items, const Group& group) {
  using namespace giving_roles;
  std::map<std::string, Seen> seen;
  std::string first_host, first_account;
  for (std::size_t n = 0; n < group.items.size(); ++n) {
    const Item& item = items[group.items[n]];
    // Where it came from was held before where it went to.
    for (const bool from : {true, false}) {
      for (const Mention& m : item.mentions) {
        if ((m.part == Part::From) != from || m.kind == "process" || m.kind == "session" || !m.inferred.empty()) continue;
        Seen& s = seen[m.key()];
        s.entity.kind = m.kind;
        s.entity.value = m.value;
        see(s, m, item, static_cast<std::uint32_t>(n + 1));
        if (!grave(item)) continue;
        if (m.kind == "host" && first_host.empty()) first_host = m.value;
        if (m.kind == "account" && first_account.empty()) first_account = m.value;
      }
    }
  }
  std::vector<IncidentEntity> out;
  for (auto& [key, s] : seen) {
    s.entity.role = role_of(s, s.entity.value == (s.entity.kind == "host" ? first_host : first_account));
    out.push_back(std::move(s.entity));
  }
  std::stable_sort(out.begin(), out.end(), [](const IncidentEntity& a, const IncidentEntity& b) {
    return rank(a) != rank(b) ? rank(a) < rank(b) : a.first != b.first ? a.first < b.first : a.value < b.value;
  });
  return out;
}

}  // namespace custos::correlate
