// What ties one finding to another, and for how long: the table of links (docs/formats/incidents.md has it in words).
// Called by grouping.cc for each mention that a finding shares with a group.
// Values.
// Any thread.
// Refuses mere nearness in time: without something both speak of there is no link.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "correlate/grouping/mention.h"
#include "correlate/grouping/nature.h"

namespace custos::correlate {

struct Link {
  double strength = 0;  // 1 just then, 0 at the end of its time
  std::string why;      // "the same account court\\m.osei, 3 hours before"
};

// How long a mention of that kind ties; 0: it does not.
Micros holds_for(const Mention& m, Nature nature);
// None: too far apart, or everybody's. `before`: from the end of the earlier to the beginning of the later.
std::optional<double> strength_of(const Mention& m, Nature nature, Micros before);
std::string reason(const Mention& m, Micros before);
// "3 hours", "2 days", "10 seconds"
std::string duration_text(Micros d);

}  // namespace custos::correlate
