// Edges (entity, peer, kind) that did not occur before the test. The rule has no order of its own: of a day, the earliest come first.
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "evaluate/source.h"

namespace custos::evaluate::first_seen {
namespace {

using Edge = std::tuple<TextId, TextId, TextId>;

class Run final : public SourceRun {
 public:
  std::vector<Alarm> alarms(const Recording& recording) override {
    std::set<Edge> known;
    std::map<std::tuple<Edge, Micros, TextId>, std::size_t> open;  // alarm of the edge in its first bucket and group
    std::vector<Alarm> out;
    for (std::uint32_t i = 0; i < recording.observations().size(); ++i) {
      const Observation& o = recording.observations()[i];
      const Edge edge{o.entity, o.peer, o.kind};
      const std::tuple key{edge, bucket_of(o.time, recording.bucket()), o.unit};
      if (const auto it = open.find(key); it != open.end()) {
        out[it->second].events.push_back(i);
        continue;
      }
      if (!known.insert(edge).second || recording.periods().at(o.time) != Period::Test) continue;
      open.emplace(key, out.size());
      Alarm a;
      a.time = o.time;
      a.entity = recording.text(o.unit);
      a.what = fmt::format("first seen: {} {} {}", recording.text(o.entity), recording.text(o.peer), recording.text(o.kind));
      a.score = 1;
      a.events = {i};
      out.push_back(std::move(a));
    }
    return out;
  }
};

}  // namespace

extern const Source source;
const Source source{"first_seen",
                    "edges (entity, peer, kind) never seen before the test",
                    "score = 1 for all; the earliest of a day come first",
                    false,
                    {},
                    false,
                    [](std::uint64_t) -> std::unique_ptr<SourceRun> { return std::make_unique<Run>(); }};

}  // namespace custos::evaluate::first_seen
