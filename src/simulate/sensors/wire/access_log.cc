#include <fmt/format.h>

#include "simulate/sensors/detail.h"
#include "simulate/sensors/wire/wire.h"

namespace custos::simulate::wire {
namespace access_log {
namespace {

// What clients send is escaped as Apache does: \" \\ \xHH.
void append_quoted(std::string& out, std::string_view s) {
  for (const char c : s) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (u < 0x20 || u >= 0x7F) {
      out += "\\x";
      append_hex(out, u, 2);
    } else {
      out += c;
    }
  }
}

// A user's name may not break the line.
void append_word(std::string& out, std::string_view s) {
  for (const char c : s) out += static_cast<unsigned char>(c) <= 0x20 || c == '[' ? '_' : c;
}

}  // namespace
}  // namespace access_log

std::string access_line(const Access& a) {
  const Civil c = to_civil(a.stamp);
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  std::string out;
  out.reserve(280);
  out += a.client;
  out += " - ";
  access_log::append_word(out, a.user);
  fmt::format_to(std::back_inserter(out), " [{:02}/{}/{:04}:{:02}:{:02}:{:02} +0000] \"", c.day, kMonths.substr(static_cast<std::size_t>(c.month - 1) * 3, 3),
                 c.year, c.hour, c.minute, c.second);
  access_log::append_quoted(out, a.method);
  out += ' ';
  access_log::append_quoted(out, a.target);
  fmt::format_to(std::back_inserter(out), " HTTP/1.1\" {} {} \"", a.status, a.bytes);
  access_log::append_quoted(out, a.referrer.empty() ? "-" : a.referrer);
  out += "\" \"";
  access_log::append_quoted(out, a.agent.empty() ? "-" : a.agent);
  out += '"';
  if (!a.result.empty()) {
    out += ' ';
    out += a.result;
  }
  return out;
}

}  // namespace custos::simulate::wire
