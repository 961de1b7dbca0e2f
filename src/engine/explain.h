// `custos rules explain`: one rule on the events of one file, leaf by leaf.
// Called by cli/.
// Owned text, safe for a terminal.
// One thread.
// Refuses a rule that is not there and a file without events.
#pragma once

#include <string>

#include "base/result.h"
#include "engine/scan.h"

namespace custos::engine {

// `rule`: id, title, or the path of a rule file. At most 20 events are explained.
Result<std::string> explain(const RuleOptions& options, const std::string& rule, const std::string& event_file);

}  // namespace custos::engine
