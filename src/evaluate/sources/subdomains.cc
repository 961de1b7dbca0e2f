// The classic tunnel rule: a client that asked for 100 or more distinct names below one registered domain on one day.
#include <map>
#include <set>

#include <fmt/format.h>

#include "evaluate/source.h"

namespace custos::evaluate::subdomains {
namespace {

constexpr std::size_t kMany = 100;

struct Seen {
  std::set<TextId> names;
  std::vector<std::uint32_t> events;
};

class Run final : public SourceRun {
 public:
  std::vector<Alarm> alarms(const Recording& recording) override {
    std::map<std::tuple<Micros, TextId, TextId>, Seen> days;  // day, client, registered domain
    for (std::uint32_t i = 0; i < recording.observations().size(); ++i) {
      const Observation& o = recording.observations()[i];
      if (o.detail == kNoText || recording.periods().at(o.time) != Period::Test) continue;
      Seen& s = days[{bucket_of(o.time, kDay), o.entity, o.kind}];
      s.names.insert(o.detail);
      s.events.push_back(i);
    }
    std::vector<Alarm> out;
    for (auto& [key, s] : days) {
      Alarm a;
      a.time = recording.observations()[s.events.front()].time;
      a.entity = recording.text(recording.observations()[s.events.front()].unit);
      a.score = static_cast<double>(s.names.size());
      a.raised = s.names.size() >= kMany;
      a.what = fmt::format("{} distinct names below {}", s.names.size(), recording.text(std::get<2>(key)));
      a.events = std::move(s.events);
      if (a.raised) out.push_back(std::move(a));
    }
    return out;
  }
};

}  // namespace

extern const Source source;
const Source source{
    "subdomains", "100 or more distinct names below one registered domain, by one client on one day", "score = distinct names", false, {false, true},
    false,        [](std::uint64_t) -> std::unique_ptr<SourceRun> { return std::make_unique<Run>(); }};

}  // namespace custos::evaluate::subdomains
