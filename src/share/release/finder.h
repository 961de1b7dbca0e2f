// Finds terms in a text, in clear and encoded: the one search behind masking and the gate.
// Made once a report; called for every text of it, and for its bytes.
// Owns its terms and tables.
// One thread.
// Refuses nothing.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "share/release/terms.h"

namespace custos::share {

struct Traced;

struct Hit {
  static constexpr std::uint32_t kAddress = 0xFFFFFFFF;

  std::uint64_t from = 0, to = 0;  // in the text that was looked at; of an encoded run all of it
  std::uint32_t term = 0;          // place in terms(); kAddress: an address in a network of the institution
  std::string address;             // then
};

class Finder {
 public:
  explicit Finder(Terms terms);

  std::vector<Hit> find(std::string_view text) const;  // by place; one term may be found in several ways
  const std::vector<Term>& terms() const { return terms_.terms; }
  Protected kind_of(const Hit& h) const { return h.term == Hit::kAddress ? Protected::Host : terms_.terms[h.term].kind; }
  std::string key_of(const Hit& h) const { return h.term == Hit::kAddress ? "address " + h.address : terms_.terms[h.term].key; }

 private:
  struct Network {
    bool is_six = false;
    std::array<std::uint8_t, 16> bytes{};
    unsigned bits = 0;
  };
  void look(const Traced& normal, std::vector<Hit>& hits) const;
  void look_at(const Traced& normal, std::size_t at, std::uint32_t first, std::vector<Hit>& hits) const;
  void look_for_addresses(const Traced& normal, std::vector<Hit>& hits) const;
  bool is_inside(const std::string& address) const;

  Terms terms_;
  std::vector<Network> networks_;
  // Terms that begin with the same 2, 3 or 4 bytes are a list: 4 where they have as many.
  std::bitset<65'536> begins_;
  std::array<std::unordered_map<std::uint32_t, std::vector<std::uint32_t>>, 3> by_beginning_;
};

}  // namespace custos::share
