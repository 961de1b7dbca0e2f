// The floor: every group gets a seeded random score.
#include "evaluate/by_lot.h"

namespace custos::evaluate::random {
namespace {

std::vector<Alarm> groups(const Recording& recording) {
  std::vector<Alarm> out;
  for (const Group& g : recording.groups()) {
    if (recording.periods().at(g.bucket) == Period::Test) out.push_back(alarm_of(recording, g));
  }
  return out;
}

}  // namespace

extern const Source source;
const Source source{"random",
                    "any group, drawn by lot",
                    "score = a seeded uniform number, p = 1 - score: what chance finds",
                    true,
                    {},
                    false,
                    [](std::uint64_t seed) -> std::unique_ptr<SourceRun> { return std::make_unique<ByLot>(seed, groups); },
                    true};

}  // namespace custos::evaluate::random
