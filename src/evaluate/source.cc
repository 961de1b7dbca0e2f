#include "evaluate/source.h"

#include <algorithm>

namespace custos::evaluate {

Alarm alarm_of(const Recording& recording, const Group& group) {
  Alarm a;
  const auto members = recording.members(group);
  a.time = recording.observations()[members.front()].time;
  a.entity = recording.text(group.unit);
  a.events.assign(members.begin(), members.end());
  return a;
}

double conformal_p(const std::vector<double>& sorted, double x) {
  const auto at_least = sorted.end() - std::lower_bound(sorted.begin(), sorted.end(), x);
  return (1.0 + static_cast<double>(at_least)) / (1.0 + static_cast<double>(sorted.size()));
}

bool is_reference(const Periods& periods, Micros t) { return periods.at(t) == (periods.calibrate < periods.test ? Period::Calibrate : Period::Learn); }

}  // namespace custos::evaluate
