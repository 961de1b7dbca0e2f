// Rule and pipeline files from the binary and from disk, as texts.
// Called by load_rules() and by the benchmark.
// Owned values.
// Any thread.
// Refuses a path that is not there; a file that can't be read is named in `unreadable`.
#pragma once

#include <vector>

#include "engine/scan.h"

namespace custos::engine {

// Shipped ones first (`shipped` becomes their number), then the folders in the order given, each by name.
Result<std::vector<rules::RuleText>> read_rules(const RuleOptions& options, std::vector<RuleRefusal>& unreadable, std::size_t& shipped);

// The pipelines and placeholders that go with them.
Result<rules::LoadOptions> read_load_options(const RuleOptions& options);

}  // namespace custos::engine
