#include "institution/import/directory_values.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/text.h"

namespace custos::institution {
namespace directory_reading {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<int> number(std::string_view s) {
  int n = 0;
  for (const char c : s) {
    if (!is_digit(c)) return std::nullopt;
    n = n * 10 + (c - '0');
  }
  return s.empty() ? std::nullopt : std::optional(n);
}

int hex(char c) { return is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; }

// Behind the digits: "Z", "+0100", "-05"; seconds east.
std::optional<int> zone(std::string_view s) {
  if (s == "Z" || s == "z") return 0;
  if (s.size() != 3 && s.size() != 5) return std::nullopt;
  if (s[0] != '+' && s[0] != '-') return std::nullopt;
  const auto hours = number(s.substr(1, 2));
  const auto minutes = s.size() == 5 ? number(s.substr(3, 2)) : std::optional(0);
  if (!hours || !minutes || *hours > 18 || *minutes > 59) return std::nullopt;
  return (s[0] == '-' ? -1 : 1) * (*hours * 3600 + *minutes * 60);
}

std::optional<Micros> generalized(std::string_view s) {
  std::size_t n = 0;
  while (n < s.size() && is_digit(s[n])) ++n;
  if (n != 14 && n != 12) return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t size) { return *number(s.substr(at, size)); };
  const auto t = from_civil({part(0, 4), part(4, 2), part(6, 2), part(8, 2), part(10, 2), n == 14 ? part(12, 2) : 0, 0});
  s.remove_prefix(n);
  if (s.starts_with('.') || s.starts_with(',')) {
    s.remove_prefix(1);
    while (!s.empty() && is_digit(s.front())) s.remove_prefix(1);
  }
  const auto east = zone(s);
  if (!t || !east) return std::nullopt;
  return *t - *east * kSecond;
}

}  // namespace
}  // namespace directory_reading

std::optional<std::string> sid_text(std::string_view b) {
  if (b.starts_with("S-1-") && b.size() < 200 && std::all_of(b.begin() + 4, b.end(), [](char c) { return directory_reading::is_digit(c) || c == '-'; })) {
    return std::string(b);
  }
  if (b.size() < 8 || b[0] != 1) return std::nullopt;
  const auto parts = static_cast<unsigned char>(b[1]);
  if (parts > 15 || b.size() != 8 + 4u * parts) return std::nullopt;
  std::uint64_t authority = 0;
  for (std::size_t i = 2; i < 8; ++i) authority = (authority << 8) | static_cast<unsigned char>(b[i]);
  std::string s = fmt::format("S-1-{}", authority);
  for (std::size_t i = 0; i < parts; ++i) s += fmt::format("-{}", load_le<std::uint32_t>(b, 8 + 4 * i));
  return s;
}

std::optional<Micros> directory_time(std::string_view s) {
  s = trim(s);
  if (s == "0" || s == "9223372036854775807" || s == "-1") return kNoTime;
  if (auto t = directory_reading::generalized(s)) return t;
  if (s.size() < 15 || s.size() > 19 || !std::all_of(s.begin(), s.end(), directory_reading::is_digit)) return std::nullopt;
  std::uint64_t filetime = 0;
  for (const char c : s) filetime = filetime * 10 + static_cast<std::uint64_t>(c - '0');
  return from_filetime(filetime);
}

std::optional<std::vector<DnPart>> parse_dn(std::string_view dn) {
  std::vector<DnPart> parts;
  std::size_t at = 0;
  while (at < dn.size()) {
    const std::size_t eq = dn.find('=', at);
    if (eq == std::string_view::npos) return std::nullopt;
    DnPart part;
    for (const char c : trim(dn.substr(at, eq - at))) part.attribute += ascii_lower(c);
    at = eq + 1;
    std::size_t solid = 0;  // length up to the last character that is no blank, or was escaped
    while (at < dn.size() && dn[at] == ' ') ++at;
    while (at < dn.size() && dn[at] != ',' && dn[at] != ';') {
      const bool escaped = dn[at] == '\\' && at + 1 < dn.size();
      if (escaped && at + 2 < dn.size() && directory_reading::hex(dn[at + 1]) >= 0 && directory_reading::hex(dn[at + 2]) >= 0) {
        part.value += static_cast<char>(directory_reading::hex(dn[at + 1]) * 16 + directory_reading::hex(dn[at + 2]));
        at += 3;
      } else {
        if (escaped) ++at;
        part.value += dn[at++];
      }
      if (escaped || part.value.back() != ' ') solid = part.value.size();
    }
    part.value.resize(solid);
    if (part.attribute.empty() || parts.size() >= 100) return std::nullopt;
    part.value = to_valid_utf8(part.value);
    parts.push_back(std::move(part));
    if (at < dn.size()) ++at;
  }
  return parts.empty() ? std::nullopt : std::optional(std::move(parts));
}

std::string dn_key(std::string_view dn) {
  const auto parts = parse_dn(dn);
  if (!parts) return fold(dn);
  std::string key;
  for (const DnPart& p : *parts) key += fmt::format("{}={}\n", p.attribute, fold(p.value));
  return key;
}

std::string dn_domain(const std::vector<DnPart>& dn) {
  std::string domain;
  for (const DnPart& p : dn) {
    if (p.attribute == "dc" && !p.value.empty()) domain += (domain.empty() ? "" : ".") + p.value;
  }
  return domain;
}

std::vector<std::string> roles_of_services(const std::vector<std::string>& names) {
  struct Row {
    std::string_view service, role;
  };
  // Classes that only such servers register; HOST, TERMSRV, WSMAN and cifs stand on every machine.
  constexpr auto kRows = std::to_array<Row>({{"gc", "domain-controller"},
                                             {"dns", "dns"},
                                             {"exchangemdb", "mail"},
                                             {"exchangerfr", "mail"},
                                             {"smtpsvc", "mail"},
                                             {"imap", "mail"},
                                             {"mssqlsvc", "database"},
                                             {"oracle", "database"},
                                             {"postgres", "database"},
                                             {"http", "web"},
                                             {"nfs", "file-server"}});
  std::vector<std::string> roles;
  for (const std::string& n : names) {
    const std::string_view service = std::string_view(n).substr(0, n.find('/'));
    for (const Row& r : kRows) {
      if (equals_ignore_ascii_case(service, r.service) && std::find(roles.begin(), roles.end(), r.role) == roles.end()) roles.emplace_back(r.role);
    }
  }
  return roles;
}

}  // namespace custos::institution
