// Checks one time stamp over a checkpoint and says in the report when, by whom, and whether anybody vouches for him.
// Called by the checks of folders and packages.
// Fills the report.
// One thread.
// Refuses a time stamp that does not hold, or that no authority the checker trusts has made, where he named some.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "evidence/check/report.h"

namespace custos::evidence {

Result<void> check_time_stamp(std::string_view reply, std::string_view stamped, const std::optional<Authorities>& trusted, std::uint64_t size,
                              CheckReport& report);

}  // namespace custos::evidence
