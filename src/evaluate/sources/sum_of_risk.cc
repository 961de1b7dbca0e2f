// Sum of risk: what rules and other tools' alerts say of an entity on one day, added up.
#include <array>
#include <map>

#include <fmt/format.h>

#include "evaluate/source.h"

namespace custos::evaluate::sum_of_risk {
namespace {

// Each level weighs about three times the one below.
double weight(Level level) {
  switch (level) {
    case Level::Informational: return 1;
    case Level::Low: return 3;
    case Level::Medium: return 10;
    case Level::High: return 30;
    case Level::Critical: return 100;
  }
  return 0;
}

// What is added up: one part a level of the rules, and the alerts of other tools.
constexpr std::array<std::string_view, 6> kParts{"informational", "low", "medium", "high", "critical", "alerts of other tools"};
constexpr std::size_t kAlerts = 5, kNone = 6;

class Run final : public SourceRun {
 public:
  explicit Run(std::size_t without) : without_(without) {}
  std::vector<Alarm> alarms(const Recording& recording) override {
    std::map<std::pair<Micros, TextId>, Alarm> days;
    const auto observations = recording.observations();
    auto hit = recording.hits().begin();
    for (std::uint32_t i = 0; i < observations.size(); ++i) {
      double risk = without_ == kAlerts ? 0 : observations[i].risk;
      for (; hit != recording.hits().end() && hit->observation == i; ++hit) {
        const Level level = recording.rules()[hit->rule]->level;
        risk += without_ == static_cast<std::size_t>(level) ? 0 : weight(level);
      }
      if (risk <= 0 || recording.periods().at(observations[i].time) != Period::Test) continue;
      Alarm& a = days[{bucket_of(observations[i].time, kDay), observations[i].entity}];
      if (a.events.empty()) {
        a.time = observations[i].time;
        a.entity = recording.text(observations[i].entity);
      }
      a.score += risk;
      a.events.push_back(i);
    }
    std::vector<Alarm> out;
    for (auto& [key, a] : days) {
      a.what = fmt::format("risk {:.0f} from {} events in a day", a.score, a.events.size());
      out.push_back(std::move(a));
    }
    return out;
  }

 private:
  std::size_t without_;  // of kParts
};

}  // namespace

extern const Source source;
const Source source{"sum_of_risk",
                    "days of an entity with the most rule hits, weighed by level",
                    "score = sum over the day of 1, 3, 10, 30, 100 for informational to critical hits, and of the risk of alerts of other tools",
                    false,
                    {},
                    true,
                    [](std::uint64_t) -> std::unique_ptr<SourceRun> { return std::make_unique<Run>(kNone); },
                    false,
                    kParts,
                    [](std::uint64_t, std::size_t part) -> std::unique_ptr<SourceRun> { return std::make_unique<Run>(part); }};

}  // namespace custos::evaluate::sum_of_risk
