// Puts on record that somebody looks at evidence.
// Called by cli/ before it shows anything.
// Values.
// One thread.
// Refuses what open_log() refuses: then nothing is shown.
#pragma once

#include <cstdint>
#include <string>

#include "engine/evidence/open_log.h"

namespace custos::engine {

// `what`: "finding" or "entry"; `about`: its id or index. The entry's index; it is on the disk when this returns.
Result<std::uint64_t> put_view_on_record(const LogAccess& access, const std::string& what, const std::string& about);

}  // namespace custos::engine
