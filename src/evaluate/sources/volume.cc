// The largest groups, whoever they are from.
#include <algorithm>

#include <fmt/format.h>

#include "evaluate/source.h"

namespace custos::evaluate::volume {
namespace {

class Run final : public SourceRun {
 public:
  std::vector<Alarm> alarms(const Recording& recording) override {
    std::vector<double> ordinary;
    for (const Group& g : recording.groups()) {
      if (is_reference(recording.periods(), g.bucket)) ordinary.push_back(g.count);
    }
    std::sort(ordinary.begin(), ordinary.end());
    std::vector<Alarm> out;
    for (const Group& g : recording.groups()) {
      if (recording.periods().at(g.bucket) != Period::Test) continue;
      Alarm a = alarm_of(recording, g);
      a.what = fmt::format("{} events", g.count);
      a.score = g.count;
      a.p = conformal_p(ordinary, g.count);
      out.push_back(std::move(a));
    }
    return out;
  }
};

}  // namespace

extern const Source source;
const Source source{"volume",
                    "groups with the most events",
                    "score = events of the group; p conformal against all groups of the calibration days",
                    true,
                    {},
                    false,
                    [](std::uint64_t) -> std::unique_ptr<SourceRun> { return std::make_unique<Run>(); }};

}  // namespace custos::evaluate::volume
