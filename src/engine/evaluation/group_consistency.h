// How far to trust "consistent with a known group": attributed campaigns of ATT&CK held out one by one.
// Called by cli/ (`custos evaluate attribution`).
// Figures are owned values.
// One thread.
// Refuses facts that can't be read or hold no attributed campaign.
#pragma once

#include <string>

#include "base/limits.h"
#include "base/result.h"
#include "correlate/correlate.h"

namespace custos::engine {

struct GroupConsistencyFigures {
  correlate::HoldOutFigures held_out;
  correlate::ConsistencyOptions options;
};

Result<GroupConsistencyFigures> measure_group_consistency(const std::string& facts_file, std::uint64_t seed, const Limits& limits);
// No group is named in either.
std::string to_text(const GroupConsistencyFigures& figures);
std::string to_json(const GroupConsistencyFigures& figures);

}  // namespace custos::engine
