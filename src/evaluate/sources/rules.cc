// The rules of `custos scan` alone: one alarm a rule, unit and bucket, ranked by level.
#include <map>

#include "evaluate/source.h"

namespace custos::evaluate::rules {
namespace {

class Run final : public SourceRun {
 public:
  std::vector<Alarm> alarms(const Recording& recording) override {
    std::map<std::tuple<Micros, TextId, std::uint32_t>, Alarm> found;
    for (const RuleHit& h : recording.hits()) {
      const Observation& o = recording.observations()[h.observation];
      if (recording.periods().at(o.time) != Period::Test) continue;
      Alarm& a = found[{bucket_of(o.time, recording.bucket()), o.unit, h.rule}];
      if (a.events.empty()) {
        a.time = o.time;
        a.entity = recording.text(o.unit);
        a.what = recording.rules()[h.rule]->title;
        a.score = 1 + static_cast<double>(recording.rules()[h.rule]->level);
      }
      a.events.push_back(h.observation);
    }
    std::vector<Alarm> out;
    for (auto& [key, a] : found) out.push_back(std::move(a));
    return out;
  }
};

}  // namespace

extern const Source source;
const Source source{"rules",
                    "the rules of `custos scan` alone",
                    "score = level of the rule, 1 to 5; the earliest of a day come first",
                    false,
                    {},
                    false,
                    [](std::uint64_t) -> std::unique_ptr<SourceRun> { return std::make_unique<Run>(); }};

}  // namespace custos::evaluate::rules
