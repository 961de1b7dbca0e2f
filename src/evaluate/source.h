// The contract of a finding source: sees a recording, never a label, and says what it would alarm about.
// Called by engine/evaluation; every file of sources/ defines one `extern const Source source`.
// A SourceRun lives for one scene.
// One thread a run.
// Refuses nothing; a source whose needs a recording does not meet is not run on it, and that is said.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "evaluate/alarm.h"
#include "evaluate/recording.h"
#include "model/batch.h"

namespace custos::evaluate {

class SourceRun {
 public:
  virtual ~SourceRun() = default;
  // Every event while the scene is read, in order of the files; `number` is Observation::event. The event dies with its batch, and
  // its own time may differ from the observation's. Most baselines need no more than the recording.
  virtual void event(const Event& /*event*/, std::uint32_t /*number*/) {}
  // Once, when all is read. Alarms outside the test period don't count; a verdict must rest on earlier times only.
  virtual std::vector<Alarm> alarms(const Recording& recording) = 0;
};

struct Needs {
  bool peers = false, details = false;
};

struct Source {
  std::string_view name;     // "rarity"
  std::string_view title;    // one line: what it alarms about
  std::string_view formula;  // the formula, or where it comes from
  bool gives_p = false;      // Alarm::p is a promise to be held against it
  Needs needs;
  bool whole_days = false;  // its alarms are about an entity's whole day, whatever the set's buckets are
  std::function<std::unique_ptr<SourceRun>(std::uint64_t seed)> open;
  bool chance = false;  // draws by lot: a floor, never the best
  // Of a source that fuses: the names of what it fuses, and a run without the part of that place in the list. For ablations.
  std::span<const std::string_view> parts = {};
  std::function<std::unique_ptr<SourceRun>(std::uint64_t seed, std::size_t part)> open_without = nullptr;
  unsigned budget = 0;       // alarms a day that it keeps to and is judged at, whatever the others are; 0: as the others
  bool sees_events = false;  // needs SourceRun::event(), so it can't be run on a variant of a recording, whose events are gone
};

// The catalogue: every file of evaluate/sources/.
std::span<const Source* const> sources();

// An alarm about a whole group, without score.
Alarm alarm_of(const Recording& recording, const Group& group);

// (1 + how many of the ascending `sorted` are at least x) / (1 + how many there are).
double conformal_p(const std::vector<double>& sorted, double x);

// What a calibration rests on: the groups of the calibration period, or of the learning period where a set has no other.
bool is_reference(const Periods& periods, Micros t);

}  // namespace custos::evaluate
