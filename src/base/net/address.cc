#include "base/net/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <initializer_list>

#include "base/text.h"

namespace custos {
namespace addresses {
namespace {

// Clears the bits behind the first `bits`; true where one was set.
bool clear_host_bits(Address& a, int bits) {
  bool any = false;
  for (int i = 0; i < 16; ++i) {
    const int keep = std::clamp(bits - i * 8, 0, 8);
    const auto mask = static_cast<std::uint8_t>(keep == 0 ? 0 : 0xFF << (8 - keep));
    std::uint8_t& b = a.bytes[static_cast<std::size_t>(i)];
    any = any || (b & static_cast<std::uint8_t>(~mask)) != 0;
    b = static_cast<std::uint8_t>(b & mask);
  }
  return any;
}

std::vector<Cidr> parsed(std::initializer_list<std::string_view> networks) {
  std::vector<Cidr> out;
  for (const std::string_view n : networks) out.push_back(*parse_cidr(n));
  return out;
}

// "10.1.2.3" as inet_pton has it, without the copies it wants: every connection that is read has two of them.
bool parse_dotted_quad(std::string_view s, std::uint8_t* to) {
  std::size_t at = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (at == s.size() || s[at++] != '.')) return false;
    const std::size_t first = at;
    unsigned n = 0;
    while (at < s.size() && at < first + 3 && s[at] >= '0' && s[at] <= '9') n = n * 10 + static_cast<unsigned>(s[at++] - '0');
    if (at == first || n > 255 || (at > first + 1 && s[first] == '0')) return false;
    to[part] = static_cast<std::uint8_t>(n);
  }
  return at == s.size();
}

bool under_any(const Address& a, const std::vector<Cidr>& networks) {
  return std::any_of(networks.begin(), networks.end(), [&](const Cidr& n) { return n.holds(a); });
}

}  // namespace
}  // namespace addresses

bool Address::v4() const {
  return std::all_of(bytes.begin(), bytes.begin() + 10, [](std::uint8_t b) { return b == 0; }) && bytes[10] == 0xFF && bytes[11] == 0xFF;
}

bool Cidr::holds(const Address& a) const {
  if (a.v4() != v4()) return false;
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (std::memcmp(address.bytes.data(), a.bytes.data(), whole) != 0) return false;
  const int rest = bits % 8;
  return rest == 0 || ((address.bytes[whole] ^ a.bytes[whole]) >> (8 - rest)) == 0;
}

std::optional<Address> parse_address(std::string_view s) {
  s = trim(s);
  if (const std::size_t zone = s.find('%'); zone != std::string_view::npos) s = s.substr(0, zone);
  Address a;
  if (addresses::parse_dotted_quad(s, a.bytes.data() + 12)) {
    a.bytes[10] = a.bytes[11] = 0xFF;
    return a;
  }
  if (s.find(':') == std::string_view::npos) return std::nullopt;
  char text[64];
  if (s.empty() || s.size() >= sizeof text) return std::nullopt;
  std::memcpy(text, s.data(), s.size());
  text[s.size()] = '\0';
  if (std::strlen(text) != s.size()) return std::nullopt;
  a = {};
  if (inet_pton(AF_INET6, text, a.bytes.data()) == 1) return a;
  return std::nullopt;
}

std::optional<Cidr> parse_cidr(std::string_view s) {
  s = trim(s);
  const std::size_t slash = s.find('/');
  if (slash != std::string_view::npos && s.find(' ') != std::string_view::npos) return std::nullopt;
  const auto address = parse_address(s.substr(0, slash));
  if (!address) return std::nullopt;
  Cidr c{*address, 128, true};
  if (slash == std::string_view::npos) return c;
  const std::string_view digits = s.substr(slash + 1);
  if (digits.empty() || digits.size() > 3) return std::nullopt;
  int bits = 0;
  for (const char d : digits) {
    if (d < '0' || d > '9') return std::nullopt;
    bits = bits * 10 + (d - '0');
  }
  const bool dotted = s.substr(0, slash).find(':') == std::string_view::npos;
  if (bits > (dotted ? 32 : 128)) return std::nullopt;
  c.bits = dotted ? bits + 96 : bits;
  c.exact = !addresses::clear_host_bits(c.address, c.bits);
  return c;
}

std::string text_of(const Address& a) {
  char text[INET6_ADDRSTRLEN] = "";
  if (a.v4()) {
    inet_ntop(AF_INET, a.bytes.data() + 12, text, sizeof text);
  } else {
    inet_ntop(AF_INET6, a.bytes.data(), text, sizeof text);
  }
  return text;
}

std::string text_of(const Cidr& c) {
  return text_of(c.address) + "/" + std::to_string(c.v4() ? c.bits - 96 : c.bits);
}

Cidr prefix_of(const Address& a, int bits) {
  Cidr c{a, bits, true};
  addresses::clear_host_bits(c.address, c.bits);
  return c;
}

Cidr network_of(const Address& a, int v4_bits, int v6_bits) { return prefix_of(a, a.v4() ? 96 + v4_bits : v6_bits); }

bool any_holds(const std::vector<Cidr>& sorted, const Address& a) {
  // A network that holds the address begins at one of its prefixes.
  for (int bits = a.v4() ? 96 : 0; bits <= 128 && !sorted.empty(); ++bits) {
    const Cidr c = prefix_of(a, bits);
    const auto at = std::lower_bound(sorted.begin(), sorted.end(), c, [](const Cidr& x, const Cidr& y) { return x.before(y); });
    if (at != sorted.end() && !c.before(*at)) return true;
  }
  return false;
}

bool is_private(const Address& a) {
  static const auto networks = addresses::parsed({"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"});
  return addresses::under_any(a, networks);
}

bool is_public(const Address& a) {
  static const auto special =
      addresses::parsed({"0.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24",
                         "203.0.113.0/24", "224.0.0.0/3", "::/128", "::1/128", "2001:db8::/32", "fe80::/10", "ff00::/8"});
  return !is_private(a) && !addresses::under_any(a, special);
}

std::optional<std::string> normal_mac(std::string_view s) {
  s = trim(s);
  std::string hex;
  for (const char c : s) {
    if (c == ':' || c == '-' || c == '.') continue;
    const char l = ascii_lower(c);
    if (!((l >= '0' && l <= '9') || (l >= 'a' && l <= 'f'))) return std::nullopt;
    hex += l;
  }
  if (hex.size() != 12 || s.size() > 17) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < 12; i += 2) out += (i == 0 ? "" : ":") + hex.substr(i, 2);
  return out;
}

}  // namespace custos
