// Rarity plus conformal volume: the baseline of thirty lines. A kind of event that is seldom seen anywhere, in a group that is larger than
// its unit's earlier groups.
#include <cmath>
#include <map>
#include <unordered_map>

#include <fmt/format.h>

#include "evaluate/source.h"

namespace custos::evaluate::rarity {
namespace {

// Earlier groups of a unit by their size.
struct History {
  std::uint64_t groups = 0;
  std::map<std::uint32_t, std::uint64_t> by_count;
};

class Run final : public SourceRun {
 public:
  std::vector<Alarm> alarms(const Recording& recording) override {
    std::vector<Alarm> out;
    // One after another, as they begin: what several units show for the first time in one hour is news once, not once a unit.
    for (const Group& g : recording.groups()) {
      if (recording.periods().at(g.bucket) == Period::Test) out.push_back(score(recording, g));
      learn(g);
    }
    return out;
  }

 private:
  Alarm score(const Recording& recording, const Group& g) const {
    const auto kind = groups_of_kind_.find(g.kind);
    const auto unit = counts_of_unit_.find(g.unit);
    const std::uint64_t seen = kind == groups_of_kind_.end() ? 0 : kind->second;
    std::uint64_t at_least = 0, before = 0;
    if (unit != counts_of_unit_.end()) {
      before = unit->second.groups;
      for (auto it = unit->second.by_count.lower_bound(g.count); it != unit->second.by_count.end(); ++it) at_least += it->second;
    }
    Alarm a = alarm_of(recording, g);
    a.what = fmt::format("{}: in {} of {} earlier groups; {} events, {} of {} earlier groups of the unit had as many", recording.text(g.kind), seen, groups_,
                         g.count, at_least, before);
    a.p = (1.0 + static_cast<double>(at_least)) / (1.0 + static_cast<double>(before));
    a.score = -std::log((1.0 + static_cast<double>(seen)) / (1.0 + static_cast<double>(groups_))) - std::log(a.p);
    return a;
  }
  void learn(const Group& g) {
    ++groups_;
    ++groups_of_kind_[g.kind];
    History& h = counts_of_unit_[g.unit];
    ++h.groups;
    ++h.by_count[g.count];
  }

  std::uint64_t groups_ = 0;
  std::unordered_map<TextId, std::uint64_t> groups_of_kind_;
  std::unordered_map<TextId, History> counts_of_unit_;
};

}  // namespace

extern const Source source;
const Source source{
    "rarity",
    "rare kinds of events in groups larger than usual",
    "score = -ln((1 + groups of the kind) / (1 + groups)) - ln p; p = (1 + earlier groups of the unit as large) / (1 + earlier groups of the unit)",
    true,
    {},
    false,
    [](std::uint64_t) -> std::unique_ptr<SourceRun> { return std::make_unique<Run>(); }};

}  // namespace custos::evaluate::rarity
