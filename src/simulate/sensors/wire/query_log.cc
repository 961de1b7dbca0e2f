#include <fmt/format.h>

#include "base/hash.h"
#include "simulate/sensors/detail.h"
#include "simulate/sensors/syslog_line.h"
#include "simulate/sensors/wire/wire.h"

namespace custos::simulate::wire {
namespace query_log {
namespace {

// As BIND prints names (dns_name_totext): what is no plain character becomes \DDD.
void append_name(std::string& out, std::string_view name) {
  for (const char c : name) {
    const auto u = static_cast<unsigned char>(c);
    if (u <= 0x20 || u >= 0x7F) {
      fmt::format_to(std::back_inserter(out), "\\{:03}", u);
    } else {
      if (c == '"' || c == '(' || c == ')' || c == ';' || c == '\\' || c == '@' || c == '$') out += '\\';
      out += c;
    }
  }
}

}  // namespace
}  // namespace query_log

// "+" is recursion wanted, E(0) EDNS, K a cookie; Windows' own resolver sends neither of the latter. The object behind "@" is one of the server's few clients.
std::string named_query(Micros stamp, const Machine& resolver, std::string_view client, std::uint16_t port, std::string_view name, std::string_view type,
                        bool edns) {
  std::string out = syslog_line(stamp, resolver.name, "named", 700 + static_cast<std::uint32_t>(hash64(resolver.name) % 300));
  out += "client @0x7f";
  append_hex(out, hash64(resolver.name), 6);
  append_hex(out, hash64(client) % 16 << 12 | 0x168, 4);
  fmt::format_to(std::back_inserter(out), " {}#{} (", client, port);
  query_log::append_name(out, name);
  out += "): query: ";
  query_log::append_name(out, name);
  fmt::format_to(std::back_inserter(out), " IN {} {} ({})", type, edns ? "+E(0)K" : "+", resolver.address);
  return out;
}

}  // namespace custos::simulate::wire
