// An entity's day that lies more than three standard deviations above its earlier days.
#include <algorithm>
#include <cmath>
#include <map>
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
    std::map<Micros, std::map<TextId, std::vector<std::uint32_t>>> days;
    for (std::uint32_t i = 0; i < recording.observations().size(); ++i) {
      const Observation& o = recording.observations()[i];
      days[bucket_of(o.time, kDay)][o.entity].push_back(i);
    }
    std::vector<Alarm> out;
    std::unordered_map<TextId, Sums> past;
    double number = 0;  // of days that have observations at all
    for (auto& [day, entities] : days) {
      for (auto& [entity, members] : entities) {
        double x = 0;
        for (const std::uint32_t i : members) x += recording.has_bytes() ? recording.observations()[i].sent : 1;
        Sums& sums = past.try_emplace(entity, Sums{number, 0, 0}).first->second;
        const double n = number - sums.first_day;
        if (recording.periods().at(recording.observations()[members.back()].time) == Period::Test) {
          out.push_back(score(recording, entity, x, n, sums, std::move(members)));
        }
        sums.sum += x;
        sums.squares += x * x;
      }
      ++number;
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
