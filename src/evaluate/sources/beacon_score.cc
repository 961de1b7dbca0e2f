// A published beacon score for every pair of entity and peer, day by day.
#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "evaluate/formulas/beacon_formula.h"
#include "evaluate/source.h"

namespace custos::evaluate::beacon_score {
namespace {

constexpr double kReported = 0.5;  // below, the original doesn't list a pair

class Run final : public SourceRun {
 public:
  std::vector<Alarm> alarms(const Recording& recording) override {
    const auto observations = recording.observations();
    std::vector<Alarm> out;
    for (std::uint32_t i = 0; i < observations.size();) {
      const Micros day = bucket_of(observations[i].time, kDay);
      std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> pairs;  // of one day
      for (; i < observations.size() && observations[i].time < day + kDay; ++i) {
        if (observations[i].peer == kNoText || recording.periods().at(observations[i].time) != Period::Test) continue;
        pairs[std::uint64_t{observations[i].entity} << 32 | observations[i].peer].push_back(i);
      }
      Micros first = day + kDay, last = day;
      for (const auto& [pair, members] : pairs) {
        first = std::min(first, observations[members.front()].time);
        last = std::max(last, observations[members.back()].time);
      }
      std::vector<std::uint64_t> names;
      for (const auto& [pair, members] : pairs) names.push_back(pair);
      std::sort(names.begin(), names.end());
      for (const std::uint64_t pair : names) {
        auto& members = pairs[pair];
        std::vector<std::int64_t> times;
        std::vector<double> sizes;
        for (const std::uint32_t m : members) {
          times.push_back(observations[m].time / kSecond);
          sizes.push_back(observations[m].sent);
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
