// Small recordings with a known truth, for tests of figures and sources.
// Used by *_test.cc of this layer.
// Owned values.
// One thread.
// Refuses nothing.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "evaluate/source.h"
#include "evaluate/truth.h"

namespace custos::evaluate::testing {

inline constexpr Micros kHour = 3600 * kSecond;

// Day 0 to learn from, day 1 to calibrate on, days 2 and 3 to test.
inline Periods four_days() { return {0, kDay, 2 * kDay, 4 * kDay}; }

class MadeUp {
 public:
  // An observation of `entity` and `kind` at that time; unit is "entity kind". `campaign` -1: benign, -2: ignored.
  void add(Micros time, const std::string& entity, const std::string& kind, int campaign = -1, const std::string& phase = "p", double sent = 0,
           const std::string& peer = {}, const std::string& detail = {}) {
    Recording& r = scene.recording;
    Observation o;
    o.time = time;
    o.sent = sent;
    o.unit = r.intern(entity + " " + kind);
    o.entity = r.intern(entity);
    o.kind = r.intern(kind);
    o.peer = r.intern(peer);
    o.detail = r.intern(detail);
    o.event = count_;
    r.add(o);
    if (campaign == -2) scene.truth.marks.push_back({count_, kIgnored, 0});
    if (campaign >= 0) scene.truth.marks.push_back({count_, static_cast<std::uint16_t>(campaign), phase_of(static_cast<std::size_t>(campaign), phase)});
    ++count_;
  }
  Scene& finish(Micros bucket = kDay, const Periods& periods = four_days()) {
    std::vector<std::uint32_t> moved;
    scene.recording.finish(periods, bucket, moved);
    scene.truth.finish(moved);
    return scene;
  }
  Scene scene;

 private:
  std::uint16_t phase_of(std::size_t campaign, const std::string& phase) {
    while (scene.truth.campaigns.size() <= campaign) scene.truth.campaigns.push_back({"c" + std::to_string(scene.truth.campaigns.size()), {}, {}});
    auto& phases = scene.truth.campaigns[campaign].phases;
    for (std::size_t i = 0; i < phases.size(); ++i) {
      if (phases[i] == phase) return static_cast<std::uint16_t>(i);
    }
    phases.push_back(phase);
    return static_cast<std::uint16_t>(phases.size() - 1);
  }
  std::uint32_t count_ = 0;
};

inline const Source& source_called(std::string_view name) {
  for (const Source* s : sources()) {
    if (s->name == name) return *s;
  }
  static const Source none{};
  return none;
}

inline std::vector<Alarm> alarms_of(std::string_view source, const Scene& scene) { return source_called(source).open(1)->alarms(scene.recording); }

}  // namespace custos::evaluate::testing
