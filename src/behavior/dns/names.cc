#include "behavior/dns/names.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/net/registered_domain.h"

namespace custos::behavior {
namespace dns_names {

bool is_below(std::string_view name, std::string_view domain) {
  if (!name.ends_with(domain)) return false;
  return name.size() == domain.size() || name[name.size() - domain.size() - 1] == '.';
}

std::string_view without_dots(std::string_view name) {
  while (name.ends_with('.')) name.remove_suffix(1);
  return name;
}

OutsideName apart(std::string_view name, std::size_t domain) {
  std::string_view below = name.substr(0, name.size() - domain);
  if (below.ends_with('.')) below.remove_suffix(1);
  return {below, name.substr(name.size() - domain)};
}

}  // namespace dns_names

std::optional<OutsideName> outside_name(std::string_view name, std::string_view own) {
  using dns_names::is_below;
  name = dns_names::without_dots(name);
  if (name.find('.') == std::string_view::npos || name.find(':') != std::string_view::npos) return {};
  if (name.find_first_not_of("0123456789.") == std::string_view::npos) return {};
  if (!own.empty() && is_below(name, own)) return {};
  if (is_below(name, "arpa") || is_below(name, "local")) return {};
  return dns_names::apart(name, registered_domain(name).size());
}

std::optional<OutsideName> OutsideNames::of(TextId name) {
  if (name >= domains_.size()) domains_.resize(std::max<std::size_t>(roster_.texts().size(), std::size_t{name} + 1), kNotAsked);
  std::uint32_t& known = domains_[name];
  const std::string_view text = roster_.text(name);
  if (known == kNotAsked) {
    const auto outside = outside_name(text, roster_.known().domain);
    known = outside ? kLengths + static_cast<std::uint32_t>(outside->domain.size()) : kNone;
  }
  if (known == kNone) return {};
  return dns_names::apart(dns_names::without_dots(text), known - kLengths);
}

std::string say_bytes(double bytes) {
  if (bytes < 10) return fmt::format("{:.1f} B", bytes);
  if (bytes < 1000) return fmt::format("{:.0f} B", bytes);
  return bytes < 1e6 ? fmt::format("{:.1f} kB", bytes / 1e3) : fmt::format("{:.1f} MB", bytes / 1e6);
}

std::string say_span(Micros span) {
  const double s = static_cast<double>(span) / static_cast<double>(kSecond);
  const auto said = [](double n, std::string_view unit) { return fmt::format("{:.0f} {}{}", n, unit, n < 1.5 && n >= 0.5 ? "" : "s"); };
  if (s < 120) return said(s, "second");
  if (s < 7200) return said(s / 60, "minute");
  return s < 172800 ? said(s / 3600, "hour") : said(s / 86400, "day");
}

std::string say_count(std::uint64_t n) {
  std::string out = fmt::format("{}", n);
  for (std::size_t at = out.size(); at > 3; at -= 3) out.insert(at - 3, ",");
  return out;
}

}  // namespace custos::behavior
