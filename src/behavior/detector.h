// The contract of a detector: sees facts in order of time, and when a window of time is over says how odd each actor's was.
// Driven by analysis.cc; every file of detectors/ defines one `extern const Detector detector`.
// A Watch lives as long as its Analysis; its state is saved in a baseline.
// One thread.
// Refuses nothing; what its bounded tables had to forget it counts.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/pack.h"
#include "behavior/fact.h"
#include "behavior/judge.h"
#include "behavior/roster.h"

namespace custos::behavior {

// A stretch of time that is judged as a whole, by default a day (UTC).
struct Window {
  std::uint32_t number = 0;  // since 1970
  Micros begin = 0, length = kDay;
  Micros end() const { return begin + length; }
};

// Two baselines that are merged: how much of the other's time this one had, too.
struct Overlap {
  double share = 0;  // of the other's windows, in [0, 1]
};

// Whom a fact is about.
struct Cast {
  ActorId host = kNoActor, user = kNoActor;
};

class Watch {
 public:
  virtual ~Watch() = default;
  // In order of time, within the window that is open. `judge` is there for what can't wait until it closes.
  virtual void observe(const Fact& fact, const Cast& cast, Judge& judge) = 0;
  // The window is over: says how odd it was for whom, by what it knew before; then learns from it.
  virtual void close(const Window& window, Judge& judge) = 0;
  virtual void save(Packer& out) const = 0;
  virtual bool load(Unpacker& in) = 0;
  // What another of the same detector learned comes to what this one did, between windows. False, and this one is of no more use, where
  // their sketches differ in size. What both know of somebody is added; where that can't be, the one that knows more stands.
  [[nodiscard]] virtual bool merge(const Watch& other, const Overlap& overlap) = 0;
  virtual std::size_t bytes() const = 0;
  virtual std::uint64_t evictions() const { return 0; }

  std::uint16_t number = 0;  // of the detector, as the judge knows it; set by the analysis
};

struct Detector {
  std::string_view name;   // "beacon"
  std::string_view title;  // "Beacon"
  std::string_view stage;  // where in an attack it belongs: "command and control"
  std::string_view attack; // the technique it points to, "T1071"; empty: many
  // Its state may grow to `memory` bytes.
  std::unique_ptr<Watch> (*open)(Roster& roster, std::size_t memory);
};

// The catalogue: every file of behavior/detectors/.
std::span<const Detector* const> detectors();

}  // namespace custos::behavior
