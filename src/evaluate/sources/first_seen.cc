// Edges (entity, peer, kind) that did not occur before the test. The rule has no order of its own: of a day, the earliest come first.
#include <limits>

#include <fmt/format.h>
#include <tsl/robin_map.h>

#include "base/hash.h"
#include "evaluate/source.h"

namespace custos::evaluate::first_seen {
namespace {

struct Edge {
  TextId entity, peer, kind;
  bool operator==(const Edge&) const = default;
};
struct EdgeHash {
  std::size_t operator()(const Edge& e) const { return hash64({reinterpret_cast<const char*>(&e), sizeof e}); }
};

class Run final : public SourceRun {
 public:
  std::vector<Alarm> alarms(const Recording& recording) override {
    constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
    tsl::robin_map<Edge, std::uint32_t, EdgeHash> known;  // the alarm it raised
    std::vector<std::pair<Micros, TextId>> places;        // of the alarms: the first bucket and group of their edge
    std::vector<Alarm> out;
    for (std::uint32_t i = 0; i < recording.observations().size(); ++i) {
      const Observation o = recording.observations()[i];
      const bool tested = recording.periods().at(o.time) == Period::Test;
      const auto [it, fresh] = known.try_emplace(Edge{o.entity, o.peer, o.kind}, tested ? static_cast<std::uint32_t>(out.size()) : kNone);
      if (!fresh) {
        if (it->second != kNone && places[it->second] == std::pair(bucket_of(o.time, recording.bucket()), o.unit)) out[it->second].events.push_back(i);
        continue;
      }
      if (!tested) continue;
      places.emplace_back(bucket_of(o.time, recording.bucket()), o.unit);
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
