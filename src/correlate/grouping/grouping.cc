#include "correlate/grouping/grouping.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>

#include <fmt/format.h>
#include <tsl/robin_map.h>

#include "base/hash.h"
#include "correlate/grouping/links.h"
#include "model/incident.h"

namespace custos::correlate {
namespace grouping {

constexpr int kSlightHolds = 4;                // a slight finding is tied for a quarter of the time
constexpr Micros kStolenKeysHold = 14 * kDay;  // what was made with a key of the domain
constexpr Micros kInTheirHands = 7 * kDay;     // a computer on which secrets were taken, or to which they came
constexpr Micros kOneHand = 900 * kSecond;

// Techniques by which somebody gets what makes him anybody in the domain or its cloud.
bool opens_all_accounts(const Finding& f) {
  static constexpr std::array<std::string_view, 6> kTechniques = {"T1003.003", "T1003.006", "T1606.002", "T1552.004", "T1558.001", "T1649"};
  return std::any_of(f.rule->attack.begin(), f.rule->attack.end(),
                     [&](const std::string& t) { return std::find(kTechniques.begin(), kTechniques.end(), t) != kTechniques.end(); });
}

// Techniques by which somebody gets the secrets of whoever uses that computer.
bool opens_accounts_there(const Finding& f) {
  return std::any_of(f.rule->attack.begin(), f.rule->attack.end(), [](const std::string& t) { return t.starts_with("T1003") || t.starts_with("T1555"); });
}

bool arrives_there(const Finding& f) {
  return std::any_of(f.rule->tactics.begin(), f.rule->tactics.end(), [](const std::string& t) { return stage_named(t) == Stage::LateralMovement; });
}

Micros ends(const Finding& f) { return std::max(f.time, f.last_time); }

// How sure a kind of link is, where several would do.
double weight(const Mention& m, Nature nature) {
  if (m.kind == "process" || m.kind == "session") return 1;
  return nature == Nature::Personal ? 0.9 : nature == Nature::Shared ? 0.5 : 0.3;
}

// On a server what is done within minutes is mostly one hand's.
bool brings_together(const Mention& m, Nature nature, Micros apart) {
  return nature == Nature::Personal || m.kind == "process" || m.kind == "session" || (nature == Nature::Shared && apart <= kOneHand);
}

// What a finding has in its hands: computers that it only knocked at or looked for are nobody's yet.
bool holds(const Finding& f, const Mention& m) {
  if (m.kind != "host" || m.part != Part::To) return true;
  return std::none_of(f.rule->tactics.begin(), f.rule->tactics.end(), [](const std::string& t) {
    const auto stage = stage_named(t);
    return stage == Stage::Discovery || stage == Stage::Reconnaissance;
  });
}

class Grouper {
 public:
  Grouper(std::span<const Item> items, const Surroundings& around) : items_(items), around_(around), group_of_(items.size()), why_(items.size()) {}

  std::vector<Group> run() {
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (grave(items_[i])) place_grave(i);
    }
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (!grave(items_[i])) place_slight(i);
    }
    follow_stolen_keys();
    return collect();
  }

 private:
  // When a group last spoke of something, by grave findings and by any.
  struct Spoken {
    std::size_t group;
    std::size_t item;  // the last
  };
  struct Candidate {
    std::size_t group = 0;
    double strength = 0;
    bool joins = false;  // may bring two groups together
    std::string why;
  };

  std::size_t root(std::size_t g) {
    while (parent_[g] != g) g = parent_[g] = parent_[parent_[g]];
    return g;
  }

  std::size_t new_group(std::size_t first) {
    parent_.push_back(parent_.size());
    first_.push_back(first);
    has_grave_.push_back(false);
    return parent_.size() - 1;
  }

  // The earlier one goes on: an incident keeps its beginning.
  void merge(std::size_t a, std::size_t b, const std::string& why) {
    a = root(a), b = root(b);
    if (a == b) return;
    if (b < a) std::swap(a, b);
    parent_[b] = a;
    why_[first_[b]] = "tied by a later finding: " + why;
    has_grave_[a] = has_grave_[a] || has_grave_[b];
  }

  Micros between(std::size_t earlier, std::size_t later) const {
    const Finding &a = *items_[earlier].finding, &b = *items_[later].finding;
    if (a.time == kNoTime || b.time == kNoTime) return a.time == b.time ? 0 : std::numeric_limits<Micros>::max();
    return std::max<Micros>(0, std::max(b.time - ends(a), a.time - ends(b)));
  }

  void place_grave(std::size_t i) {
    const Item& item = items_[i];
    std::vector<Candidate> candidates;
    for (const Mention& m : item.mentions) {
      if (!holds(*item.finding, m)) continue;
      const Nature nature = nature_of(m);
      const auto spoken = spoken_.find(m.key());
      if (spoken == spoken_.end()) continue;
      for (const Spoken& s : spoken->second) {
        const auto strength = strength_of(m, nature, between(s.item, i));
        if (!strength) continue;
        const bool joins = brings_together(m, nature, between(s.item, i));
        candidates.push_back({root(s.group), *strength * weight(m, nature), joins, reason(m, between(s.item, i))});
      }
    }
    follow_the_hands(i, candidates);
    const auto best = std::max_element(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) { return a.strength < b.strength; });
    std::size_t g;
    if (best == candidates.end()) {
      g = new_group(i);
    } else {
      g = best->group;
      why_[i] = best->why;
      if (best->joins) {
        for (const Candidate& c : candidates) {
          if (c.joins) merge(g, c.group, c.why);
        }
      }
      g = root(g);
    }
    has_grave_[g] = true;
    group_of_[i] = g;
    speak(i, g);
  }

  // Where secrets were taken, whoever is used next may be whose they were. Where they came to, what they left there may act as the computer itself.
  void follow_the_hands(std::size_t i, std::vector<Candidate>& candidates) {
    const auto& mentions = items_[i].mentions;
    const bool somebody = std::any_of(mentions.begin(), mentions.end(), [](const Mention& m) { return m.kind == "account"; });
    const auto& before = somebody ? thefts_ : arrivals_;
    for (const Mention& m : mentions) {
      const bool there = m.kind == "host" && m.inferred.empty() && holds(*items_[i].finding, m) && (somebody || m.part == Part::On);
      const auto at = there ? before.find(m.value) : before.end();
      if (at == before.end()) continue;
      const Micros since = between(at->second, i);
      if (since > kInTheirHands) continue;
      const double strength = 0.9 * (1 - static_cast<double>(since) / static_cast<double>(kInTheirHands));
      candidates.push_back({root(group_of_[at->second]), strength, true,
                            fmt::format("{} on {}, {} before", somebody ? "secrets of accounts were taken" : "they came", m.value, duration_text(since))});
    }
  }

  void speak(std::size_t i, std::size_t g) {
    const bool opens = opens_accounts_there(*items_[i].finding), arrives = arrives_there(*items_[i].finding);
    for (const Mention& m : items_[i].mentions) {
      if (m.kind != "host" || m.part != Part::On) continue;
      if (opens) thefts_[m.value] = i;
      if (arrives) arrivals_[m.value] = i;
    }

    for (const Mention& m : items_[i].mentions) {
      if (!m.inferred.empty() || !holds(*items_[i].finding, m)) continue;
      auto& list = spoken_[m.key()];
      // One place a group, that which ends last: what comes later is measured from it.
      std::size_t last = i;
      std::erase_if(list, [&](const Spoken& s) {
        if (root(s.group) != g) return false;
        if (ends(*items_[s.item].finding) > ends(*items_[last].finding)) last = s.item;
        return true;
      });
      list.push_back({g, last});
      all_.try_emplace(m.key()).first.value().push_back(i);
    }
  }

  // To the nearest grave finding before or behind it, else to its like.
  void place_slight(std::size_t i) {
    const Item& item = items_[i];
    Candidate best;
    for (const Mention& m : item.mentions) {
      if (!holds(*item.finding, m)) continue;
      const Nature nature = nature_of(m);
      const auto at = all_.find(m.key());
      if (at == all_.end()) continue;
      const auto next = std::upper_bound(at->second.begin(), at->second.end(), i);
      for (const auto near : {next, next == at->second.begin() ? at->second.end() : std::prev(next)}) {
        if (near == at->second.end()) continue;
        const Micros apart = between(*near, i);
        if (apart > holds_for(m, nature) / kSlightHolds) continue;
        const auto strength = strength_of(m, nature, apart);
        if (!strength || *strength * weight(m, nature) <= best.strength) continue;
        best = {root(group_of_[*near]), *strength * weight(m, nature), false, reason(m, apart)};
        if (*near > i) best.why = best.why.substr(0, best.why.rfind(" before")) + " after";
      }
    }
    if (best.strength > 0) {
      group_of_[i] = best.group;
      why_[i] = best.why;
      return;
    }
    place_with_its_like(i);
  }

  void place_with_its_like(std::size_t i) {
    const Item& item = items_[i];
    for (const Mention& m : item.mentions) {
      const auto at = likes_.find(item.finding->rule->hash + m.key());
      if (at == likes_.end() || !strength_of(m, nature_of(m), between(at->second, i))) continue;
      why_[i] = reason(m, between(at->second, i));
      group_of_[i] = root(group_of_[at->second]);
      break;
    }
    if (why_[i].empty()) group_of_[i] = new_group(i);
    for (const Mention& m : item.mentions) likes_[item.finding->rule->hash + m.key()] = i;
  }

  // Whoever holds the keys of the domain needs no password of those he then is: accounts that somebody uses from a place never seen before belong to the theft.
  void follow_stolen_keys() {
    std::map<std::string, std::vector<std::size_t>> from;  // outside address -> items
    std::vector<std::size_t> thefts;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (grave(items_[i]) && opens_all_accounts(*items_[i].finding)) thefts.push_back(i);
      for (const Mention& m : items_[i].mentions) {
        if (m.kind == "address" && m.part == Part::From) from[m.value].push_back(i);
      }
    }
    for (const std::size_t theft : thefts) {
      for (const auto& [address, items] : from) attach(theft, address, items);
    }
  }

  void attach(std::size_t theft, const std::string& address, const std::vector<std::size_t>& items) {
    const Micros since = items_[theft].finding->time, seen = around_.first_seen("address", address);
    if (since == kNoTime || seen == kNoTime || seen < since || seen - since > kStolenKeysHold) return;
    std::vector<std::string> accounts;
    for (const std::size_t i : items) {
      for (const Mention& m : items_[i].mentions) {
        if (m.kind == "account" && std::find(accounts.begin(), accounts.end(), m.value) == accounts.end()) accounts.push_back(m.value);
      }
    }
    if (accounts.size() < 2) return;
    for (const std::size_t i : items) {
      const std::size_t mine = root(group_of_[i]), theirs = root(group_of_[theft]);
      if (mine == theirs) continue;
      why_[i] = fmt::format("{} accounts from {}, first seen {} after keys were stolen that open every account", accounts.size(), address,
                            duration_text(seen - since));
      if (has_grave_[mine]) {
        merge(theirs, mine, why_[i]);
      } else {
        group_of_[i] = theirs;
      }
    }
  }

  Nature nature_of(const Mention& m) {
    const auto [at, is_new] = natures_.try_emplace(m.key(), Nature::Personal);
    if (is_new) at.value() = around_.nature(m.kind, m.value);
    return at->second;
  }

  std::vector<Group> collect() {
    std::map<std::size_t, std::size_t> place;
    std::vector<Group> out;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      const auto [at, is_new] = place.try_emplace(root(group_of_[i]), out.size());
      if (is_new) out.emplace_back();
      Group& g = out[at->second];
      if (why_[i].empty()) why_[i] = "the first of this gravity";  // slight ones before it came in later
      g.why.push_back(g.items.empty() ? std::string() : std::move(why_[i]));
      g.items.push_back(i);
    }
    return out;
  }

  using Places = std::vector<std::size_t>;
  std::span<const Item> items_;
  const Surroundings& around_;
  std::vector<std::size_t> group_of_;
  std::vector<std::size_t> parent_, first_;  // of groups: whose part they are, and the item they began with
  std::vector<bool> has_grave_;
  std::vector<std::string> why_;
  tsl::robin_map<std::string, std::vector<Spoken>, TextHash, TextEqual> spoken_;
  tsl::robin_map<std::string, Places, TextHash, TextEqual> all_;  // grave items by what they speak of, in order
  tsl::robin_map<std::string, std::size_t, TextHash, TextEqual> likes_;
  std::map<std::string, std::size_t> thefts_, arrivals_;  // by computer: the last finding that says that secrets were taken there, that they came there
  tsl::robin_map<std::string, Nature, TextHash, TextEqual> natures_;
};

}  // namespace grouping

std::vector<Group> group(std::span<const Item> items, const Surroundings& around) { return grouping::Grouper(items, around).run(); }

}  // namespace custos::correlate
