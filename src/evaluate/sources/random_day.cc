// The floor for sources whose alarms are about an entity's whole day: such days drawn by lot.
#include <map>

#include "evaluate/by_lot.h"

namespace custos::evaluate::random_day {
namespace {

std::vector<Alarm> days_of_entities(const Recording& recording) {
  std::map<std::pair<Micros, TextId>, Alarm> days;
  const auto observations = recording.observations();
  for (std::uint32_t i = 0; i < observations.size(); ++i) {
    const Observation o = observations[i];
    if (recording.periods().at(o.time) != Period::Test) continue;
    Alarm& a = days[{bucket_of(o.time, kDay), o.entity}];
    if (a.events.empty()) {
      a.time = o.time;
      a.entity = recording.text(o.entity);
    }
    a.events.push_back(i);
  }
  std::vector<Alarm> out;
  for (auto& [key, a] : days) out.push_back(std::move(a));
  return out;
}

}  // namespace

extern const Source source;
const Source source{"random_day",
                    "any day of an entity, drawn by lot",
                    "score = a seeded uniform number: what chance finds with alarms of that size",
                    false,
                    {},
                    true,
                    [](std::uint64_t seed) -> std::unique_ptr<SourceRun> { return std::make_unique<ByLot>(seed, days_of_entities); },
                    true};

}  // namespace custos::evaluate::random_day
