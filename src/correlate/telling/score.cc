#include "correlate/telling/score.h"

#include <algorithm>
#include <set>

#include "correlate/telling/stages.h"

namespace custos::correlate {
namespace scoring {

constexpr double kLevelPoints[] = {0.1, 0.5, 2, 5, 10};
constexpr double kDetectorPoints = 3, kMostFurtherDays = 3, kStageShare = 0.15;
constexpr std::size_t kHabitDays = 4;  // on so many days it is what is done there

// What counts as one kind of finding: its rule, or its detectors.
std::string kind_of(const Finding& f) {
  if (!f.behavior) return f.rule->id.empty() ? f.rule->hash : f.rule->id;
  // The first reason is what the finding is about; the others are about the same time.
  return f.behavior->reasons.empty() ? "behavior" : "behavior:" + f.behavior->reasons.front().detector;
}

}  // namespace scoring

Spread spread_of(std::span<const Item> items, std::span<const Group> groups) {
  Spread spread;
  for (const Group& g : groups) {
    std::set<std::string> here;
    for (const std::size_t i : g.items) here.insert(scoring::kind_of(*items[i].finding));
    for (const std::string& kind : here) ++spread[kind];
  }
  return spread;
}

Score score_of(std::span<const Item> items, const Group& group, const Spread& spread) {
  using namespace scoring;
  struct Kind {
    double points = 0, alone = 0;  // alone: more for being found nowhere else
    bool behavior = false;
    std::set<Micros> days;
  };
  std::map<std::string, Kind> kinds;
  std::set<Stage> stages;
  Score score;
  const auto sum = [&] {
    double points = 0;
    for (const auto& [name, k] : kinds) {
      points += k.points;
      if (k.behavior) points += std::min(kMostFurtherDays, static_cast<double>(k.days.size()) - 1);
      if (k.days.size() < kHabitDays) points += k.alone;
    }
    return points * (1 + kStageShare * (stages.empty() ? 0. : static_cast<double>(stages.size()) - 1));
  };
  for (const std::size_t i : group.items) {
    const Finding& f = *items[i].finding;
    if (!items[i].explained.empty()) continue;
    const std::string name = kind_of(f);
    Kind& k = kinds[name];
    k.behavior = f.behavior != nullptr;
    k.days.insert(f.time / kDay);
    const double points = k.behavior ? kDetectorPoints : kLevelPoints[static_cast<std::size_t>(f.rule->level)];
    k.points = std::max(k.points, points);
    const auto at = spread.find(name);
    if (!k.behavior && f.rule->level == Level::Medium && at != spread.end()) k.alone = points / at->second;
    if (grave(items[i])) {
      for (const Stage s : stages_of(f)) stages.insert(s);
    }
    score.points = sum();
    if (score.raised == kNoTime && score.points >= kRaisedFrom) score.raised = f.behavior ? f.behavior->raised : f.time;
  }
  return score;
}

}  // namespace custos::correlate
