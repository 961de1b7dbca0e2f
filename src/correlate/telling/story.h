// An incident in sentences, in order of time, each resting on numbered evidence.
// Called by incidents.cc; shown by the summary, the report and the console.
// Owned values.
// Any thread.
// Refuses to say what no finding says.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "correlate/grouping/grouping.h"
#include "model/incident.h"

namespace custos::correlate {

// One sentence for what happened at once: records of one act in several logs, and the same again within the hour.
std::vector<Sentence> story_of(std::span<const Item> items, const Group& group);
// "Windows security log was cleared on ws-002, and 3 more computers"
std::string title_of(std::span<const Item> items, const Group& group, const std::vector<IncidentEntity>& entities);

}  // namespace custos::correlate
