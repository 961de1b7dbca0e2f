#include "evidence/timestamp/der.h"

#include <algorithm>
#include <ctime>

#include "base/crypto/sha256.h"

namespace custos::evidence::timestamp {

std::optional<Micros> time_of_token(std::string_view g) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (g.size() < 15 || !g.ends_with('Z') || !std::all_of(g.begin(), g.begin() + 14, digit)) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t size) {
    int v = 0;
    for (const char c : g.substr(at, size)) v = v * 10 + (c - '0');
    return v;
  };
  Civil c{number(0, 4), number(4, 2), number(6, 2), number(8, 2), number(10, 2), number(12, 2), 0};
  std::string_view rest = g.substr(14, g.size() - 15);
  if (!rest.empty()) {
    if (rest[0] != '.' || rest.size() == 1) return std::nullopt;
    rest.remove_prefix(1);
    if (!std::all_of(rest.begin(), rest.end(), digit)) return std::nullopt;
    int scale = 100'000;
    for (const char d : rest.substr(0, 6)) {
      c.micros += (d - '0') * scale;
      scale /= 10;
    }
  }
  return from_civil(c);
}

std::optional<Micros> time_of(const ASN1_TIME* t) {
  std::tm parts{};
  if (t == nullptr || ASN1_TIME_to_tm(t, &parts) != 1) return std::nullopt;
  return from_civil({parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, 0});
}

std::string hex_of(const ASN1_INTEGER* number) {
  std::string hex = to_hex(bytes_of(number));  // OpenSSL keeps the sign elsewhere
  hex.erase(0, std::min(hex.find_first_not_of('0'), hex.size() - 1));
  return (ASN1_STRING_type(number) & V_ASN1_NEG) != 0 ? "-" + hex : hex;
}

}  // namespace custos::evidence::timestamp
