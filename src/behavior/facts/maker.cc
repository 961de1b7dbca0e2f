#include "behavior/facts/maker.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/net/address.h"

namespace custos::behavior {

TextId Maker::user(std::string_view domain, std::string_view name) {
  constexpr auto kNobody = std::to_array<std::string_view>({"-", "", "system", "local service", "network service", "anonymous logon", "unset", "(null)"});
  if (name.ends_with('$')) return kNoText;
  if (const auto at = name.find("$@"); at != std::string_view::npos) return kNoText;
  // "NT AUTHORITY\SYSTEM" in one field.
  const auto slash = name.rfind('\\');
  const std::string_view bare = slash == std::string_view::npos ? name : name.substr(slash + 1);
  if (std::any_of(kNobody.begin(), kNobody.end(), [&](std::string_view n) { return equals_ignore_ascii_case(bare, n); })) return kNoText;
  if (bare.starts_with("DWM-") || bare.starts_with("UMFD-")) return kNoText;
  if (bare.ends_with('$')) return kNoText;
  into_.clear();
  if (slash == std::string_view::npos && !domain.empty() && domain != "-" && name.find('@') == std::string_view::npos) into_.append(domain).append(1, '\\');
  into_.append(name.substr(0, kMostBytes));
  for (char& c : into_) c = ascii_lower(c);
  return texts_.intern(into_);
}

TextId Maker::normal(std::string_view s) {
  s = s.substr(0, kMostBytes);
  if (const auto it = normal_.find(s); it != normal_.end()) return it->second;
  if (normal_.size() >= kMostRemembered) normal_.clear();
  normalise(s, into_);
  return normal_.emplace(std::string(s), texts_.intern(into_)).first->second;
}

Maker::Side Maker::side_of(std::string_view address) const {
  if (!parse_address(address)) return Side::Named;
  return ours_(address) ? Side::Ours : Side::Outside;
}

// A few of them make up nearly all connections: no text is put together for those.
TextId Maker::port(std::string_view number, std::string_view protocol) {
  constexpr std::size_t kPorts = 65'536;
  std::size_t n = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), n);
  const bool plain = error == std::errc{} && end == number.data() + number.size() && n < kPorts && (n == 0 ? number == "0" : number[0] != '0');
  const bool tcp = protocol == "tcp" || protocol == "TCP";
  if (!plain || (!tcp && protocol != "udp" && protocol != "UDP")) return joined(number, "/", protocol);
  std::vector<TextId>& known = ports_[tcp ? 0 : 1];
  if (known.empty()) known.resize(kPorts, kNoText);
  if (known[n] == kNoText) known[n] = joined(number, "/", protocol);
  return known[n];
}

TextId Maker::joined(std::string_view a, std::string_view between, std::string_view b) {
  into_.assign(a.substr(0, kMostBytes)).append(between).append(b.substr(0, kMostBytes));
  for (char& c : into_) c = ascii_lower(c);
  return texts_.intern(into_);
}

}  // namespace custos::behavior
