// Every event of some paths, one after the other, for whoever needs no rules: archives opened, formats recognised, rejects counted.
// Called by the measure of entity resolution; reads through ingest.
// Batches live during the call of `take`.
// One thread.
// Refuses paths that are not there; what can't be read is counted.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "ingest/ingest.h"

namespace custos::engine {

struct EveryEvent {
  std::uint64_t events = 0, not_whole = 0;  // not_whole: streams that could not be read to their end
};

Result<EveryEvent> every_event(const std::vector<std::string>& paths, const Limits& limits,
                               const std::function<void(const std::string& file, const Event& event)>& take);

}  // namespace custos::engine
