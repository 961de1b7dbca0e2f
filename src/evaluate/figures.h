// From alarms and truth to figures: what N alarms a day find, what they cost, and how sure that is.
// Called by engine/evaluation, one judge() a scene, source and budget; sum_up() joins the scenes. Feeds report.h.
// Owned values.
// Any thread.
// Refuses nothing. No point-adjust, no score without a budget: the unit is the campaign and the phase.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evaluate/alarm.h"
#include "evaluate/truth.h"

namespace custos::evaluate {

// A campaign that has at least one event in the test period. Phases without one are not counted.
struct CampaignOutcome {
  std::string scene, name;
  std::vector<std::string> phases, found;
  std::optional<double> seconds_to_first;  // from its first tested event to the last event of the first true alarm: only then could it be raised
  std::map<std::string, std::string> traits;
};

// One source on one scene at one budget.
struct SceneOutcome {
  std::vector<CampaignOutcome> campaigns;
  std::uint64_t true_alarms = 0, false_alarms = 0;
  std::uint64_t ignored_alarms = 0;  // hold ignored events and no attack: count for nothing, but use the budget
  std::uint64_t untested = 0;        // campaigns with no event in the test period
  std::uint64_t days = 0;
  std::vector<double> alarm_events;   // of each alarm
  std::vector<double> attack_shares;  // of each true alarm: which part of its events is of an attack
};

struct Interval {
  double low = 0, high = 1;
};

struct Figures {
  unsigned budget = 0;
  std::uint64_t campaigns = 0, campaigns_found = 0, phases = 0, phases_found = 0, untested = 0;
  std::uint64_t true_alarms = 0, false_alarms = 0, ignored_alarms = 0, days = 0;
  double recall = 0;                       // phases_found / phases
  Interval interval;                       // of recall, 95 %: percentiles of a bootstrap over campaigns
  std::optional<double> precision;         // nothing where no alarm was raised
  std::optional<double> false_per_day;     // nothing where no event is labelled benign
  std::optional<double> seconds_to_first;  // median over the campaigns that were found
  double events_per_alarm = 0;             // median: what an analyst has to read
  std::optional<double> attack_share;      // median over true alarms: how much of that is the attack
};

// The `budget` worst alarms of each day (UTC) of the test period; a tie goes to the earlier one. Places in `alarms`, by day and rank.
std::vector<std::size_t> worst_of_each_day(const std::vector<Alarm>& alarms, const Periods& periods, unsigned budget);

SceneOutcome judge(const Scene& scene, const std::vector<Alarm>& alarms, unsigned budget);
Figures sum_up(std::span<const SceneOutcome> scenes, unsigned budget, std::uint64_t seed);

// 2.5 % and 97.5 % percentiles (nearest rank) of sum(found) / sum(all) over `resamples` draws of campaigns with replacement.
// With one campaign nothing is known about how campaigns differ: [0, 1].
Interval bootstrap(std::span<const std::pair<double, double>> found_of_all, std::uint64_t seed, unsigned resamples = 2'000);

// Wilson's score interval of a share, 95 % (Wilson: "Probable Inference, the Law of Succession, and Statistical Inference", JASA 1927).
Interval wilson(std::uint64_t found, std::uint64_t all);

// The lower middle of an unsorted list; 0 for none.
double median(std::vector<double> values);

}  // namespace custos::evaluate
