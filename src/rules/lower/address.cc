#include "rules/lower/address.h"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>

namespace custos::rules {

std::optional<Address> parse_address(std::string_view text) {
  char buffer[64];
  if (text.empty() || text.size() >= sizeof buffer) return std::nullopt;
  // A zone ("fe80::1%eth0") names the interface, not the address.
  if (const std::size_t zone = text.find('%'); zone != std::string_view::npos) text = text.substr(0, zone);
  std::memcpy(buffer, text.data(), text.size());
  buffer[text.size()] = 0;
  Address a;
  if (text.find(':') != std::string_view::npos) {
    a.v6 = true;
    if (inet_pton(AF_INET6, buffer, a.bytes.data()) == 1) return a;
  } else if (inet_pton(AF_INET, buffer, a.bytes.data()) == 1) {
    return a;
  }
  return std::nullopt;
}

std::optional<Network> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  Network n{*address, static_cast<std::uint8_t>(address->v6 ? 128 : 32)};
  if (slash == std::string_view::npos) return n;
  const std::string_view digits = text.substr(slash + 1);
  unsigned bits = 0;
  const auto r = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (digits.empty() || r.ec != std::errc() || r.ptr != digits.data() + digits.size() || bits > n.prefix) return std::nullopt;
  n.prefix = static_cast<std::uint8_t>(bits);
  return n;
}

bool within(const Address& a, const std::array<std::uint8_t, 16>& network, std::uint8_t prefix, bool v6) {
  if (a.v6 != v6) return false;
  const std::size_t whole = prefix / 8;
  if (std::memcmp(a.bytes.data(), network.data(), whole) != 0) return false;
  const unsigned rest = prefix % 8;
  if (rest == 0) return true;
  const unsigned mask = 0xFFu << (8 - rest) & 0xFFu;
  return (a.bytes[whole] & mask) == (network[whole] & mask);
}

}  // namespace custos::rules
