// Bursts of edges, nodes or both, by a published score over count-min sketches.
#include <algorithm>

#include <fmt/format.h>

#include "evaluate/formulas/midas.h"
#include "evaluate/source.h"

namespace custos::evaluate::midas_r {
namespace {

class Run final : public SourceRun {
 public:
  std::vector<Alarm> alarms(const Recording& recording) override {
    const auto observations = recording.observations();
    if (observations.empty()) return {};
    const Micros tick = std::clamp(recording.bucket() / 24, 60 * kSecond, 3600 * kSecond), begin = observations[0].time;
    // Where nothing has a peer, what happens is the other end of the edge.
    std::vector<float> scores(observations.size());
    for (std::uint32_t i = 0; i < observations.size(); ++i) {
      const Observation o = observations[i];
      const auto number = static_cast<std::uint64_t>((o.time - begin) / tick) + 1;
      scores[i] = static_cast<float>(midas_.score(o.entity, recording.has_peers() ? o.peer : o.kind, number));
    }
    std::vector<Alarm> out;
    for (const Group& g : recording.groups()) {
      if (recording.periods().at(g.bucket) != Period::Test) continue;
      Alarm a = alarm_of(recording, g);
      for (const std::uint32_t i : a.events) a.score = std::max(a.score, static_cast<double>(scores[i]));
      a.what = fmt::format("chi-squared {:.0f} at its worst, in {} events", a.score, g.count);
      out.push_back(std::move(a));
    }
    return out;
  }

 private:
  Midas midas_;
};

}  // namespace

extern const Source source;
const Source source{"midas_r",
                    "bursts of edges or of their ends, by a published score",
                    "MIDAS-R (Bhatia et al., AAAI 2020), written anew: the largest of (a - s/t)^2 t^2 / (s (t-1)) over edge, source and destination; "
                    "a = count in tick t plus half of what the tick before left, s = count in all, from count-min sketches of 2 x 32,768; edge = entity "
                    "and peer (kind where there are no peers); tick = 1/24 of the set's stretch of time, 1 minute to 1 hour; a group scores as its worst "
                    "event",
                    false,
                    {},
                    false,
                    [](std::uint64_t) -> std::unique_ptr<SourceRun> { return std::make_unique<Run>(); }};

}  // namespace custos::evaluate::midas_r
