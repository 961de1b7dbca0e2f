// The floor: every group gets a seeded random score.
#include "evaluate/random.h"

#include "evaluate/source.h"

namespace custos::evaluate::random {
namespace {

class Run final : public SourceRun {
 public:
  explicit Run(std::uint64_t seed) : random_(seed) {}
  std::vector<Alarm> alarms(const Recording& recording) override {
    std::vector<Alarm> out;
    for (const Group& g : recording.groups()) {
      const double u = random_.uniform();
      if (recording.periods().at(g.bucket) != Period::Test) continue;
      Alarm a = alarm_of(recording, g);
      a.what = "drawn at random";
      a.score = 1 - u;
      a.p = u;
      out.push_back(std::move(a));
    }
    return out;
  }

 private:
  Random random_;
};

}  // namespace

extern const Source source;
const Source source{"random",
                    "any group, drawn by lot",
                    "score = a seeded uniform number, p = 1 - score: what chance finds",
                    true,
                    {},
                    false,
                    [](std::uint64_t seed) -> std::unique_ptr<SourceRun> { return std::make_unique<Run>(seed); },
                    true};

}  // namespace custos::evaluate::random
