#include "correlate/exposure/grasp.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "correlate/telling/stages.h"

namespace custos::correlate {
namespace grasping {

constexpr Micros kBefore = kDay, kBehind = kDay;  // what is found of an intruder begins later and ends earlier than what they do
constexpr Micros kHistory = 7 * kDay;             // of visits before the incident: with less nothing is new
constexpr std::uint32_t kFewest = 5;              // objects in one visit that are never too many
constexpr std::size_t kOneIn = 1'000;             // visits of others: what is rarer is too many
constexpr std::uint32_t kMost = 256;

bool gathers(const Finding& f) {
  const auto stages = stages_of(f);
  return std::any_of(stages.begin(), stages.end(), [](Stage s) { return s == Stage::Collection || s == Stage::Exfiltration; });
}

std::string pair_key(std::string_view a, std::string_view b) { return std::string(a) + '\0' + std::string(b); }

bool within(const Stretch& s, const Visit& v) { return v.last >= s.from && v.first <= s.until; }

bool one_of(std::string_view s, std::initializer_list<std::string_view> of) { return std::find(of.begin(), of.end(), s) != of.end(); }

}  // namespace grasping

Grasp::Grasp(const Incident& incident, std::span<const Item> items, const Group& group, std::span<const Visit> visits, const Surroundings& around)
    : incident_(incident) {
  learn_findings(items, group);
  learn_entities(around);
  learn_habits(visits);
}

void Grasp::learn_findings(std::span<const Item> items, const Group& group) {
  for (std::size_t n = 0; n < group.items.size(); ++n) {
    const Item& item = items[group.items[n]];
    const Finding& f = *item.finding;
    const auto number = static_cast<std::uint32_t>(n + 1);
    learn_addresses(item);
    if (!grave(item)) continue;
    // Behaviour is found of a whole stretch: its records are examples, and some of them may be anybody's ordinary work.
    if (f.behavior == nullptr) {
      records_.emplace(std::pair(f.source.file, f.source.offset), number);
      for (const Place& p : f.others) records_.emplace(std::pair(p.file, p.offset), number);
    }
    for (const Mention& m : item.mentions) {
      if (m.kind == "session") sessions_.emplace(m.value, number);
    }
    Stretch said{f.time, std::max(f.time, f.last_time)};
    bool collects = grasping::gathers(f);
    if (f.behavior != nullptr) {
      for (const Reason& r : f.behavior->reasons) {
        if (r.stage != "collection" && r.stage != "exfiltration") continue;
        collects = true;
        if (r.window != kNoTime) said.from = std::min(said.from, r.window);
      }
    }
    if (!collects) continue;
    for (const Mention& m : item.mentions) {
      if (m.kind == "account") gathered_[m.value].push_back({said, number});
    }
  }
}

void Grasp::learn_addresses(const Item& item) {
  const Finding& f = *item.finding;
  for (const Mention& m : item.mentions) {
    if (m.kind != "address" || f.behavior != nullptr) continue;
    Named& n = named_[m.value];
    if (grave(item)) n.rules.insert(f.rule->id);
    n.high = n.high || (grave(item) && f.rule->level >= Level::High);
    for (const Mention& who : item.mentions) {
      if (who.kind == "account") n.accounts.insert(who.value);
    }
  }
}

void Grasp::learn_entities(const Surroundings& around) {
  using namespace grasping;
  for (const IncidentEntity& e : incident_.entities) {
    const Nature nature = around.nature(e.kind, e.value);
    if (e.evidence.empty() || nature == Nature::Common) continue;
    const std::uint32_t number = e.evidence.front();
    const Stretch whole{incident_.first - kBefore, incident_.last + kBehind};
    if (e.kind == "address") {
      const Micros seen = around.first_seen("address", e.value);
      if (nature == Nature::Personal || (seen != kNoTime && seen >= incident_.first - kBefore)) outside_.emplace(e.value, number);
    }
    if (e.kind == "host" && one_of(e.role, {"foothold", "staging host"})) hosts_.emplace(e.value, Said{whole, number});
    if (e.kind == "host" && e.role == "reached") hosts_.emplace(e.value, Said{{e.first - kBefore / 24, incident_.last + kBehind}, number});
    if (e.kind == "account" && one_of(e.role, {"first account", "stolen account"})) accounts_.emplace(e.value, Said{whole, number});
  }
}

// What was usual before the incident, and with others.
void Grasp::learn_habits(std::span<const Visit> visits) {
  using namespace grasping;
  std::array<std::size_t, kMost + 1> by_objects{};
  std::size_t n = 0;
  for (const Visit& v : visits) {
    for (const std::string& key : {pair_key(v.account, v.from), pair_key(v.account, std::to_string(v.item)), v.account}) {
      const auto [at, is_new] = first_.try_emplace(key, v.first);
      if (!is_new) at->second = std::min(at->second, v.first);
    }
    if (v.deed < Deed::Opened || (v.first >= begin() && (accounts_.contains(v.account) || hosts_.contains(v.from)))) continue;
    ++by_objects[std::min(v.objects, kMost)];
    ++n;
  }
  too_many_ = kMost;
  for (std::size_t rarer = 0; too_many_ > kFewest; --too_many_) {
    rarer += by_objects[too_many_];
    if (rarer * kOneIn > n) break;
  }
  if (too_many_ < kMost) ++too_many_;
}

Micros Grasp::begin() const { return incident_.first - grasping::kBefore; }

bool Grasp::before(const std::string& key, Micros long_before) const {
  const auto at = first_.find(key);
  return at != first_.end() && at->second < begin() - long_before;
}

// More at once than others do, or what the account never came to before.
std::optional<std::string> Grasp::unusual(const Visit& v) const {
  using namespace grasping;
  if (v.objects >= too_many_) return fmt::format("{} at once, as less than one in {} visits of others", v.objects, kOneIn);
  if (before(v.account, kHistory) && !before(pair_key(v.account, std::to_string(v.item)))) return fmt::format("{} never came to it before", v.account);
  return std::nullopt;
}

std::optional<Held> Grasp::by_finding(const Visit& v) const {
  for (const Place& p : v.places) {
    const auto at = records_.find({p.file, p.offset});
    if (at != records_.end()) return Held{Certainty::Certain, "a finding rests on these records", at->second};
  }
  if (const auto at = sessions_.find(v.session); !v.session.empty() && at != sessions_.end()) {
    return Held{Certainty::Certain, "in a logon session that a finding is about", at->second};
  }
  return std::nullopt;
}

std::optional<Held> Grasp::by_source(const Visit& v) const {
  using namespace grasping;
  if (v.outside) {
    const auto at = outside_.find(v.from);
    const auto named = named_.find(v.from);
    if (at == outside_.end() || named == named_.end() || before(pair_key(v.account, v.from))) return std::nullopt;
    // One slight finding makes no address an intruder's: somebody who is suspected reads their own mail at home.
    const Named& n = named->second;
    const bool surely = n.high || n.rules.size() > 1 || n.accounts.size() > 1;
    if (!surely && (n.rules.empty() || (v.own_item && gathered_.contains(v.account)))) return std::nullopt;
    return Held{Certainty::Likely, fmt::format("from {}, from where the intruder came", v.from), at->second};
  }
  const auto at = hosts_.find(v.from);
  if (at == hosts_.end() || !within(at->second.time, v)) return std::nullopt;
  const std::uint32_t number = at->second.evidence;
  const bool nothing_known = v.desk == Desk::Unknown && !before(v.account, kHistory);
  const bool at_home = nothing_known || v.desk == Desk::Own || before(pair_key(v.account, v.from));
  if (!at_home) return Held{Certainty::Likely, fmt::format("from {}, which was held, as {}, who does not work there", v.from, v.account), number};
  if (!v.called_for) return Held{Certainty::Likely, fmt::format("from {}, which was held; the work of {} does not call for it", v.from, v.account), number};
  if (const auto odd = unusual(v)) return Held{Certainty::Likely, fmt::format("from {}, which was held; {}", v.from, *odd), number};
  return Held{Certainty::Possible, fmt::format("from {}, which was held, as is the ordinary work of {}", v.from, v.account), number};
}

std::optional<Held> Grasp::by_account(const Visit& v) const {
  using namespace grasping;
  const auto at = accounts_.find(v.account);
  if (v.own_item || at == accounts_.end() || !within(at->second.time, v)) return std::nullopt;
  if (!v.called_for) return Held{Certainty::Likely, fmt::format("the work of {}, whose account it was, does not call for it", v.account), at->second.evidence};
  const auto some = gathered_.find(v.account);
  if (some == gathered_.end()) return std::nullopt;
  for (const Said& s : some->second) {
    if (!within(s.time, v)) continue;
    const auto odd = unusual(v);
    if (odd) return Held{Certainty::Likely, fmt::format("while {} gathered unusually much; {}", v.account, *odd), s.evidence};
    return Held{Certainty::Possible, fmt::format("while {} gathered unusually much", v.account), s.evidence};
  }
  return std::nullopt;
}

std::optional<Held> Grasp::of(const Visit& v) const {
  std::optional<Held> best;
  for (const auto& held : {by_finding(v), by_source(v), by_account(v)}) {
    if (held && (!best || held->certainty > best->certainty)) best = held;
  }
  return best;
}

}  // namespace custos::correlate
