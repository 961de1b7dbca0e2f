// An entity's day that lies more than three standard deviations above its earlier days.
#include <algorithm>
#include <cmath>
#include <unordered_map>

#include <fmt/format.h>

#include "evaluate/source.h"

namespace custos::evaluate::three_sigma {
namespace {

// Days without a trace of the entity count as zero: they add to the number of days alone.
struct Sums {
  double first_day = 0, sum = 0, squares = 0;
};

class Run final : public SourceRun {
 public:
  std::vector<Alarm> alarms(const Recording& recording) override {
    const auto observations = recording.observations();
    std::vector<Alarm> out;
    std::unordered_map<TextId, Sums> past;
    double number = 0;  // of days that have observations at all
    for (std::uint32_t i = 0; i < observations.size(); ++number) {
      std::unordered_map<TextId, std::vector<std::uint32_t>> entities;  // of one day: a map of all days would be as large as the recording
      const Micros end = bucket_of(observations[i].time, kDay) + kDay;
      for (; i < observations.size() && observations[i].time < end; ++i) entities[observations[i].entity].push_back(i);
      std::vector<TextId> names;
      for (const auto& [entity, members] : entities) names.push_back(entity);
      std::sort(names.begin(), names.end());
      for (const TextId entity : names) {
        auto& members = entities[entity];
        double x = 0;
        for (const std::uint32_t m : members) x += recording.has_bytes() ? observations[m].sent : 1;
        Sums& sums = past.try_emplace(entity, Sums{number, 0, 0}).first->second;
        const double n = number - sums.first_day;
        if (recording.periods().at(observations[members.back()].time) == Period::Test) {
          out.push_back(score(recording, entity, x, n, sums, std::move(members)));
        }
        sums.sum += x;
        sums.squares += x * x;
      }
    }
    return out;
  }

 private:
  static Alarm score(const Recording& recording, TextId entity, double x, double n, const Sums& past, std::vector<std::uint32_t>&& members) {
    const double mean = n > 0 ? past.sum / n : 0;
    // With few days the spread is underestimated: never below that of a Poisson count with this mean.
    const double spread = n > 0 ? std::sqrt(std::max(0.0, past.squares / n - mean * mean)) : 0;
    const double deviation = std::max({1.0, std::sqrt(mean), spread});
    Alarm a;
    a.time = recording.observations()[members.front()].time;
    a.entity = recording.text(entity);
    a.score = (x - mean) / deviation;
    a.p = std::clamp(0.5 * std::erfc(a.score / std::sqrt(2.0)), 0.0, 1.0);
    a.raised = a.score > 3;
    a.what = fmt::format("{:.0f} {} in a day, usually {:.0f} +- {:.0f}", x, recording.has_bytes() ? "bytes" : "events", mean, deviation);
    a.events = std::move(members);
    return a;
  }
};

}  // namespace

extern const Source source;
const Source source{"three_sigma",
                    "days of an entity more than 3 standard deviations above its own mean",
                    "z = (x - mean) / max(sd, sqrt(mean), 1) of bytes sent (events where there are none) a day; p of the normal tail",
                    true,
                    {},
                    true,
                    [](std::uint64_t) -> std::unique_ptr<SourceRun> { return std::make_unique<Run>(); }};

}  // namespace custos::evaluate::three_sigma
