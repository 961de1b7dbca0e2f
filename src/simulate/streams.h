// The kinds of log that the simulation writes, and how each lies in files.
// Named by sensors/ in every record; read by files.cc.
// Constants.
// Any thread.
// Refuses nothing.
#pragma once

#include <cstdint>
#include <string_view>

namespace custos::simulate {

enum class Stream : std::uint8_t {
  Windows,
  ZeekConn,
  ZeekDns,
  ZeekHttp,
  ZeekSsl,
  ZeekDhcp,
  Suricata,
  DnsQueries,
  LinuxAuth,
  Auditd,
  Proxy,
  WebServer,
  CloudTrail,
  Entra,
  M365,
  kCount,
};
inline constexpr std::size_t kStreams = static_cast<std::size_t>(Stream::kCount);

struct StreamFacts {
  std::string_view name;                   // for --only
  std::string_view path;                   // below logs/; {} is the UTC date
  std::string_view head, separator, tail;  // around and between records; every record ends without a line end
  bool json;                               // one JSON object a record: may go to standard output mixed with others
  bool by_line() const { return !json; }   // readers number its records by the line each begins in, else one after the other
};
const StreamFacts& facts(Stream s);

}  // namespace custos::simulate
