// From sightings to a proposal: entries with their reasons, and what a person must confirm first.
// Called by propose.cc.
// Owned values.
// Any thread.
// Refuses to propose what would excuse somebody: scanners and egress addresses come as comments to be confirmed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/propose/sightings.h"

namespace custos::engine {

struct Conclusion {
  institution::Imported found;  // with reasons
  std::optional<WorkingHours> hours;
  std::string hours_reason;                  // why these, or why none
  std::vector<KnownSource> to_confirm;       // not in force until a person says so
  std::vector<std::string> confirm_reasons;  // one each
};

Conclusion conclude(const Sightings& s);

// The shortest span of the day, in half hours from `first`, that holds nine tenths of the counts: {first, length}.
std::pair<int, int> busy_span(const std::array<std::uint64_t, 48>& counts);

}  // namespace custos::engine
