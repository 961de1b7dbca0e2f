// Every event of some sealed sources, read by several threads, for whoever needs no rules.
// Called by the making of an index and by hunts that do without one.
// Batches live during the call of take().
// A Reader is used by one thread; each_sealed_event() returns when all are done.
// Refuses nothing: why a source was not read whole is in what it returns.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "engine/hunting/event_entities.h"
#include "engine/hunting/sealed_sources.h"
#include "engine/scan.h"

namespace custos::engine {

// What one thread does with the events that it is given.
class EventTaker {
 public:
  virtual ~EventTaker() = default;
  virtual void begin(std::size_t source) = 0;  // in sources()
  virtual void take(const Event& event, EventEntities& entities) = 0;
};

// `which` of the sources; of each why it was not read whole, or "".
std::vector<std::string> each_sealed_event(SealedSources& sources, std::span<const std::size_t> which, const std::vector<std::unique_ptr<EventTaker>>& takers,
                                           const std::function<void(const Progress&)>& progress);

}  // namespace custos::engine
