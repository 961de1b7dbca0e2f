// Where in an attack findings belong, and what an attack would have had to do that no finding shows.
// Called by score.cc, story.cc and incidents.cc.
// Owned values.
// Any thread.
// Refuses to infer a stage that no finding names: what is missing is said as a gap.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "correlate/grouping/grouping.h"
#include "model/incident.h"

namespace custos::correlate {

// By the rule's tactics, or the detectors' stages; none where neither says one.
std::vector<Stage> stages_of(const Finding& f);
// The one that a sentence is about: of several the one that the rule names first.
std::optional<Stage> stage_told(const Finding& f);

// In the order of ATT&CK.
std::vector<StageSeen> stages_seen(std::span<const Item> items, const Group& group);
std::vector<MissingStage> gaps_of(const std::vector<StageSeen>& seen, bool somebody_of_ours);

}  // namespace custos::correlate
