// Addresses and networks, IPv4 and IPv6 alike.
// Called by institution/, the cidr modifier of rules/ and engine's proposals.
// Values.
// Any thread.
// Refuses what is none: nothing is guessed ("010.0.0.1" and "1.2.3" are none); host bits that are set are told (Cidr::exact).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace custos {

// Sixteen bytes; IPv4 stands behind ::ffff:0:0/96.
struct Address {
  std::array<std::uint8_t, 16> bytes{};
  bool v4() const;
  auto operator<=>(const Address&) const = default;
};

struct Cidr {
  Address address;    // its first
  int bits = 128;     // of the sixteen bytes: IPv4's /24 is 120
  bool exact = true;  // false: host bits were set in the text

  bool v4() const { return bits >= 96 && address.v4(); }
  bool holds(const Address& a) const;  // of the same family: "::/0" holds no IPv4 address
  bool holds(const Cidr& other) const { return bits <= other.bits && holds(other.address); }
  bool overlaps(const Cidr& other) const { return holds(other) || other.holds(*this); }
  bool operator==(const Cidr&) const = default;
  bool before(const Cidr& other) const { return address != other.address ? address < other.address : bits < other.bits; }
};

std::optional<Address> parse_address(std::string_view s);  // "10.1.2.3", "::ffff:10.1.2.3", "fe80::1%eth0"
std::optional<Cidr> parse_cidr(std::string_view s);        // "10.1.0.0/16", or an address as a network of its own
std::string text_of(const Address& a);
std::string text_of(const Cidr& c);
Cidr prefix_of(const Address& a, int bits);  // of all 128
Cidr network_of(const Address& a, int v4_bits, int v6_bits);

// Whether one of the networks holds the address. `sorted` by address, then bits.
bool any_holds(const std::vector<Cidr>& sorted, const Address& a);

bool is_private(const Address& a);  // RFC 1918 and RFC 4193: an institution's own
bool is_public(const Address& a);   // can be seen on the Internet: neither private nor loopback, link-local, multicast, shared, documentation, unspecified

// "00:1a:2b:3c:4d:5e" of any usual spelling ("00-1A-2B-3C-4D-5E", "001a.2b3c.4d5e"); nothing for what is no MAC address.
std::optional<std::string> normal_mac(std::string_view s);

}  // namespace custos
