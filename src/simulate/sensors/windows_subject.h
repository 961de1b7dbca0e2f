// The four fields with which most events of the Security log begin: who did it.
// Made by sensors/windows*.cc; its texts go into one event.
// Lives as long as the statement that makes it.
// One thread.
// Refuses nothing.
#pragma once

#include <string>

#include "simulate/sensors/windows.h"

namespace custos::simulate {

struct Windows::Subject {
  std::string sid, name, domain, logon;
};

inline constexpr std::string_view kNoGuid = "00000000-0000-0000-0000-000000000000";
inline constexpr std::string_view kNobodySid = "S-1-0-0", kSystemSid = "S-1-5-18";

std::string hex(std::uint64_t v);  // "0x3e7"
// Made-up hashes of a file's content, the same for the same image everywhere: "SHA256=...,IMPHASH=..."
std::string hashes_of(std::string_view image);

}  // namespace custos::simulate
