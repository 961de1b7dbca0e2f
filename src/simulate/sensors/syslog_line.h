// The beginning of a line as syslog (RFC 3164) writes it, in UTC: "Nov  9 07:47:18 ns-01 named[812]: ".
// Called by the sensors whose logs go through syslog.
// A string of the caller's.
// One thread.
// Refuses nothing. A `pid` of 0 is left out, as by programs that don't log theirs.
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/time.h"

namespace custos::simulate {

inline std::string syslog_line(Micros stamp, std::string_view host, std::string_view program, std::uint32_t pid) {
  const Civil c = to_civil(stamp);
  std::string out;
  out.reserve(200);
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  fmt::format_to(std::back_inserter(out), "{} {:2} {:02}:{:02}:{:02} {} {}", kMonths.substr(static_cast<std::size_t>(c.month - 1) * 3, 3), c.day, c.hour,
                 c.minute, c.second, host, program);
  if (pid != 0) fmt::format_to(std::back_inserter(out), "[{}]", pid);
  out += ": ";
  return out;
}

}  // namespace custos::simulate
