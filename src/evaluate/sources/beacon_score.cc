// A published beacon score for every pair of entity and peer, day by day.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "evaluate/beacon_formula.h"
#include "evaluate/source.h"

namespace custos::evaluate::beacon_score {
namespace {

constexpr double kReported = 0.5;  // below, the original doesn't list a pair

class Run final : public SourceRun {
 public:
  std::vector<Alarm> alarms(const Recording& recording) override {
    const auto observations = recording.observations();
    std::map<Micros, std::map<std::pair<TextId, TextId>, std::vector<std::uint32_t>>> days;
    for (std::uint32_t i = 0; i < observations.size(); ++i) {
      if (observations[i].peer == kNoText || recording.periods().at(observations[i].time) != Period::Test) continue;
      days[bucket_of(observations[i].time, kDay)][{observations[i].entity, observations[i].peer}].push_back(i);
    }
    std::vector<Alarm> out;
    for (auto& [day, pairs] : days) {
      Micros first = day + kDay, last = day;
      for (const auto& [pair, members] : pairs) {
        first = std::min(first, observations[members.front()].time);
        last = std::max(last, observations[members.back()].time);
      }
      for (auto& [pair, members] : pairs) {
        std::vector<std::int64_t> times;
        std::vector<double> sizes;
        for (const std::uint32_t i : members) {
          times.push_back(observations[i].time / kSecond);
          sizes.push_back(observations[i].sent);
        }
        const auto parts = beacon_formula(times, sizes, first / kSecond, last / kSecond);
        if (!parts || parts->score() < kReported) continue;
        Alarm a;
        a.time = observations[members.front()].time;
        a.entity = recording.text(observations[members.front()].unit);
        a.score = parts->score();
        a.what = fmt::format("{} contacts; times {:.2f}, sizes {:.2f}, duration {:.2f}, histogram {:.2f}", members.size(), parts->times, parts->sizes,
                             parts->duration, parts->histogram);
        a.events = std::move(members);
        out.push_back(std::move(a));
      }
    }
    return out;
  }
};

}  // namespace

extern const Source source;
const Source source{"beacon_score",
                    "pairs that talk at regular times with regular sizes, by a published score",
                    "RITA v5 (activecm/rita, beacon analysis and default configuration), written anew from its description: mean of times, sizes, duration, "
                    "histogram; pairs from 0.5 on",
                    false,
                    {true, false},
                    false,
                    [](std::uint64_t) -> std::unique_ptr<SourceRun> { return std::make_unique<Run>(); }};

}  // namespace custos::evaluate::beacon_score
