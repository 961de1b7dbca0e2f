// The floor for sources whose alarms are about an entity's whole day: such days drawn by lot.
#include <map>

#include "evaluate/random.h"
#include "evaluate/source.h"

namespace custos::evaluate::random_day {
namespace {

class Run final : public SourceRun {
 public:
  explicit Run(std::uint64_t seed) : random_(seed) {}
  std::vector<Alarm> alarms(const Recording& recording) override {
    std::map<std::pair<Micros, TextId>, Alarm> days;
    for (std::uint32_t i = 0; i < recording.observations().size(); ++i) {
      const Observation& o = recording.observations()[i];
      if (recording.periods().at(o.time) != Period::Test) continue;
      Alarm& a = days[{bucket_of(o.time, kDay), o.entity}];
      if (a.events.empty()) {
        a.time = o.time;
        a.entity = recording.text(o.entity);
        a.what = "drawn at random";
      }
      a.events.push_back(i);
    }
    std::vector<Alarm> out;
    for (auto& [key, a] : days) {
      a.score = random_.uniform();
      out.push_back(std::move(a));
    }
    return out;
  }

 private:
  Random random_;
};

}  // namespace

extern const Source source;
const Source source{"random_day",
                    "any day of an entity, drawn by lot",
                    "score = a seeded uniform number: what chance finds with alarms of that size",
                    false,
                    {},
                    true,
                    [](std::uint64_t seed) -> std::unique_ptr<SourceRun> { return std::make_unique<Run>(seed); },
                    true};

}  // namespace custos::evaluate::random_day
