// Accounts in all their spellings: DOMAIN\user, UPN, SID, display name, bare name; and the person each belongs to.
// Filled from the institution file and from what events say of themselves; asked by resolver.cc.
// Owns its entries; bounded, and what did not fit is counted.
// One thread while learning; const once settle() was called. Sayings are taken in an order of their own, so the order of events decides nothing.
// Refuses to guess: a bare name that two domains have is ambiguous.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <tsl/robin_set.h>

#include "base/hash.h"
#include "model/answer.h"

namespace custos::institution {

class Accounts {
 public:
  static constexpr std::size_t kMost = 500'000;

  explicit Accounts(const Institution& known);

  // What an event says in one breath. Empty: not said.
  void learn(std::string_view domain, std::string_view name, std::string_view sid);
  void absorb(Accounts&& other);
  void settle();

  // The canonical spelling: "DOMAIN\name" where the domain is known, else as it is written, lower case.
  Answer account(std::string_view written) const;
  Answer account(std::string_view domain, std::string_view name, std::string_view sid) const;
  // The owner of a canonical account at that time (kNoTime: at any); unknown for services, machines and strangers. Who had left is a candidate, no value.
  Answer person(std::string_view canonical, Micros at) const;
  std::uint64_t forgotten() const { return forgotten_; }

 private:
  struct Entry {
    std::string domain, name, sid, upn, display, person;
    Span owned;  // while the person had it
    bool from_file = false;
    std::string canonical() const { return domain.empty() ? name : domain + "\\" + name; }
  };
  struct Saying {
    std::string domain, name, sid;  // folded
    auto operator<=>(const Saying&) const = default;
  };
  using Index = std::unordered_map<std::string, std::vector<std::uint32_t>, TextHash, TextEqual>;

  std::uint32_t enter(Entry e);
  void take(const Saying& said);
  std::string domain_of(std::string_view written) const;  // NetBIOS form, lower case
  Answer one_of(const std::vector<std::uint32_t>& found) const;
  const std::vector<std::uint32_t>* look(const Index& index, std::string_view key) const;

  std::vector<Saying> sayings_;
  tsl::robin_set<std::uint64_t> said_;  // their hashes as written, so that what is said again costs little
  std::vector<Entry> entries_;
  Index by_name_, by_full_, by_sid_, by_upn_, by_display_;
  std::map<std::string, std::string, std::less<>> domains_;  // DNS name -> NetBIOS name, both lower case
  std::uint64_t forgotten_ = 0;
};

// "S-1-5-18", "NT AUTHORITY\SYSTEM", "LOCAL SERVICE", "DWM-1", "ANONYMOUS LOGON": accounts of every Windows machine, nobody's.
bool is_built_in(std::string_view domain, std::string_view name, std::string_view sid);

}  // namespace custos::institution
