// Checks a package as docs/formats/package.md says, step by step; stops at the first thing that is wrong.
// Called by engine/ for `custos verify PACKAGE`.
// The report is owned.
// One thread.
// Refuses nothing: what is wrong stands in the report.
#pragma once

#include <string_view>

#include "evidence/check/report.h"

namespace custos::evidence {

// `earlier`: bytes of an earlier package of the same log, whose findings must be in this one, unchanged; empty: none.
CheckReport check_package(std::string_view bytes, const CheckOptions& options, std::string_view earlier = {});

}  // namespace custos::evidence
