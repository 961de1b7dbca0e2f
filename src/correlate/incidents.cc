#include "correlate/incidents.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/hash.h"
#include "correlate/exposure/ledger.h"
#include "correlate/telling/context.h"
#include "correlate/telling/objective.h"
#include "correlate/telling/roles.h"
#include "correlate/telling/score.h"
#include "correlate/telling/stages.h"
#include "correlate/telling/story.h"

namespace custos::correlate {
namespace making_incidents {

constexpr Micros kBefore = kDay, kBehind = kDay;  // a program lives longer than what is found of it

struct Told {
  Incident incident;
  const Group* group;
};

// The first grave finding is what an incident is known by: more logs make it longer, and it keeps its name.
std::string id_of(std::span<const Item> items, const Group& group) {
  const auto first = std::find_if(group.items.begin(), group.items.end(), [&](std::size_t i) { return grave(items[i]); });
  return sha256_hex("incident " + items[first == group.items.end() ? group.items.front() : *first].id).substr(0, 16);
}

void add_evidence(std::span<const Item> items, const Group& group, Incident& incident) {
  for (std::size_t n = 0; n < group.items.size(); ++n) {
    const Item& item = items[group.items[n]];
    const Finding& f = *item.finding;
    incident.evidence.push_back({item.id, f.rule->title, f.rule->level, f.time, std::max(f.time, f.last_time), f.source, f.count, group.why[n]});
    incident.level = n == 0 ? f.rule->level : std::max(incident.level, f.rule->level);
    for (const std::string& t : f.rule->attack) {
      if (grave(item) && std::find(incident.attack.begin(), incident.attack.end(), t) == incident.attack.end()) incident.attack.push_back(t);
    }
    if (f.time == kNoTime) continue;
    incident.first = incident.first == kNoTime ? f.time : std::min(incident.first, f.time);
    incident.last = std::max({incident.last, f.time, f.last_time});
  }
}

Incident tell(std::span<const Item> items, const Group& group, const Score& score) {
  Incident incident;
  incident.id = id_of(items, group);
  incident.score = score.points;
  incident.raised = score.raised;
  add_evidence(items, group, incident);
  incident.entities = entities_of(items, group);
  incident.stages = stages_seen(items, group);
  incident.title = title_of(items, group, incident.entities);
  incident.story = story_of(items, group);
  incident.objectives = objectives_of(items, group, incident.entities, incident.stages);
  incident.gaps = gaps_of(incident.stages, incident.objectives.front().name == "insider collection");
  return incident;
}

// The gravest of each stretch of days, as many as the budget has.
void spend(std::vector<Told>& told, double budget) {
  const Micros stretch = budget >= 1 ? kDay : static_cast<Micros>(static_cast<double>(kDay) / std::max(budget, 1e-6));
  const auto most = static_cast<std::size_t>(std::max(1., std::floor(budget)));
  std::map<Micros, std::size_t> spent;
  for (Told& t : told) {  // the gravest first
    t.incident.within_budget = spent[t.incident.raised / stretch]++ < most;
  }
}

// What programs did on the computers of incidents that are to be read.
void look_around(std::vector<Told>& told, std::span<const Item> items, const Surroundings& around) {
  if (!around.programs) return;
  Wanted wanted;
  for (const Told& t : told) {
    if (!t.incident.within_budget || t.incident.first == kNoTime) continue;
    for (const IncidentEntity& e : t.incident.entities) {
      if (e.kind != "host") continue;
      const Micros from = t.incident.first - kBefore, until = t.incident.last + kBehind;
      const auto [at, is_new] = wanted.try_emplace(e.value, Stretch{from, until});
      if (!is_new) at->second = {std::min(at->second.from, from), std::max(at->second.until, until)};
    }
  }
  if (wanted.empty()) return;
  Lineage lineage;
  around.programs(wanted, lineage);
  lineage.settle();
  for (Told& t : told) {
    if (t.incident.within_budget) add_context(t.incident, lineage.kin(items, *t.group));
  }
}

}  // namespace making_incidents

Correlated correlate(std::span<const Item> items, const Surroundings& around, const Options& options, const Protected& protects) {
  Correlated out;
  const std::vector<Group> groups = group(items, around);
  const Spread spread = spread_of(items, groups);
  std::vector<making_incidents::Told> told;
  for (const Group& g : groups) {
    const Score score = score_of(items, g, spread);
    if (score.points < kRaisedFrom) {
      out.alone += g.items.size();
      continue;
    }
    told.push_back({making_incidents::tell(items, g, score), &g});
  }
  using making_incidents::Told;
  std::stable_sort(told.begin(), told.end(), [](const Told& a, const Told& b) { return a.incident.score > b.incident.score; });
  making_incidents::spend(told, options.budget);
  std::stable_partition(told.begin(), told.end(), [](const Told& t) { return t.incident.within_budget; });
  making_incidents::look_around(told, items, around);
  for (Told& t : told) {
    add_exposure(t.incident, items, *t.group, protects.visits, protects.items, around);
    out.incidents.push_back(std::move(t.incident));
  }
  return out;
}

}  // namespace custos::correlate
