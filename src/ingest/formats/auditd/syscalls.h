// Names of system calls by architecture and number.
// Called by the audit field reader for logs that were not enriched by auditd.
// Names are constants.
// Any thread.
// Refuses nothing: an unknown architecture or number has an empty name.
#pragma once

#include <string_view>

namespace custos::ingest::auditd {

// `arch` and `number` as they stand in the log: "c000003e" (x86-64), "c00000b7" (AArch64), "c00000f3" (RISC-V 64);
// "59".
std::string_view syscall_name(std::string_view arch, std::string_view number);

}  // namespace custos::ingest::auditd
