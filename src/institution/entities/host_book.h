// What the institution file says of computers: their names, fixed addresses, network cards and networks.
// Made by hosts.cc from the institution; asked by it.
// Owns its entries.
// Immutable once made, but for the domain, which the computers' own records may tell.
// Refuses to guess: a name or address of two computers is neither's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/net/address.h"
#include "base/hash.h"
#include "model/answer.h"

namespace custos::institution {

class HostBook {
 public:
  explicit HostBook(const Institution& known);

  // The canonical name: short, lower case. "WS-014$", "ws-014.court.example.org", "\\WS-014" are all "ws-014". Empty for what is no host's name.
  // A name that the file gives to several stays as it is.
  std::string name(std::string_view written) const;
  // The same with the file's word: several candidates where a name is several computers'.
  Answer by_name(std::string_view written) const;
  // Whose address the file says it is at that time (kNoTime: at any), or that many share it; nothing where it says nothing.
  Answer by_address(const std::string& plain, Micros at) const;
  // The computer with that network card; empty where the file does not know it. `card` in any spelling.
  std::string by_card(std::string_view card) const;
  // Whether the file knows the cards of the computer of that canonical name.
  bool has_cards(const std::string& canonical) const { return carded_.contains(canonical); }
  std::vector<Answer> fixed_addresses(const std::string& canonical) const;
  // Nobody where the file has none or several.
  Answer only_web_server() const;
  // Inside one of the institution's networks; where none are known, a private address (RFC 1918, RFC 4193, link-local).
  bool ours(const Address& address) const;

  const std::string& domain() const { return domain_; }
  void set_domain(const std::string& domain) { domain_ = domain; }

 private:
  struct Block {
    Cidr network;
    bool shared = false;  // a network behind one address, or an address for many
    std::string name;
  };
  struct Holder {
    std::string host;
    Span span;
  };
  template <class V>
  using ByText = std::unordered_map<std::string, V, TextHash, TextEqual>;
  const Block* block_of(const Address& a) const;

  std::string domain_;
  ByText<std::vector<std::string>> aliases_;
  ByText<std::vector<Holder>> fixed_;  // by address
  ByText<std::vector<std::string>> cards_;
  std::unordered_set<std::string> carded_;
  std::vector<std::string> web_servers_;
  std::vector<Block> blocks_;  // smallest first
  bool networks_known_ = false;
};

// An address as records spell it: "10.1.2.3", "[2001:db8::1]", "fe80::1%eth0".
std::optional<Address> address_in(std::string_view written);
// An address in one spelling: "::ffff:10.1.2.3" is "10.1.2.3", IPv6 in lower case, brackets and zones gone. Empty for what is none.
std::string plain_address(std::string_view written);

}  // namespace custos::institution
