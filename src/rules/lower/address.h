// Internet addresses and networks as bytes.
// Called by the cidr modifier and the matcher.
// Plain values.
// Any thread.
// Refuses what is no address: nothing is guessed ("010.0.0.1" and "1.2.3" are none).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace custos::rules {

struct Address {
  std::array<std::uint8_t, 16> bytes{};  // IPv4 in the first four
  bool v6 = false;
};

struct Network {
  Address address;
  std::uint8_t prefix = 0;
};

std::optional<Address> parse_address(std::string_view text);
std::optional<Network> parse_network(std::string_view text);  // an address alone is a network of one
bool within(const Address& address, const std::array<std::uint8_t, 16>& network, std::uint8_t prefix, bool v6);

}  // namespace custos::rules
