// Computers in all their spellings and addresses: short and full names, aliases, machine accounts, addresses over time.
// Filled from the institution file and from events (leases, logons of machine accounts, answers of name servers); asked by resolver.cc.
// Owns its entries; bounded, and what did not fit is counted.
// One thread while learning; const afterwards.
// Refuses to guess: an address that changed hands unseen, or stands for many (NAT, egress), is ambiguous or nobody's.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/address.h"
#include "base/hash.h"
#include "model/answer.h"
#include "institution/entities/timeline.h"

namespace custos::institution {

class Hosts {
 public:
  static constexpr std::size_t kMost = 1'000'000;

  explicit Hosts(const Institution& known);

  // The canonical name: short, lower case. "WS-014$", "ws-014.court.example.org", "\\WS-014" are all "ws-014". Empty for what is no host's name.
  std::string name(std::string_view written) const;
  std::string full_name(std::string_view written) const { return domain_.empty() ? name(written) : name(written) + "." + domain_; }
  // The full name of a Windows computer, as its own records give it: where no file tells our domain, one that all share is ours.
  void wrote(std::string_view computer);
  // Where an address was seen: `until` a lease's end or kNoTime, `begins` where it was given out then.
  void saw(std::string_view address, std::string_view host, Micros at, Micros until, bool begins, std::uint32_t source, std::uint64_t record);
  void absorb(Hosts&& other, const std::vector<std::uint32_t>& sources);
  // `source_ranks`: by the numbers that saw() was given. Equal evidence in another order of files gives equal answers.
  void settle(const std::vector<std::uint32_t>& source_ranks);

  Answer by_address(std::string_view address, Micros at, const std::vector<std::string>& sources) const;
  // Everybody who is known to have had an address, and every address a computer is known to have had, in order of time.
  std::vector<Answer> holders(std::string_view address, const std::vector<std::string>& sources) const;
  std::vector<Answer> addresses(std::string_view host, const std::vector<std::string>& sources) const;
  // Nobody where the institution file has none or several.
  Answer only_web_server() const;
  // Inside one of the institution's networks; where none are known, a private address (RFC 1918, RFC 4193, link-local).
  bool ours(std::string_view address) const;
  std::uint64_t forgotten() const { return forgotten_ + addresses_.evicted(); }

 private:
  struct Block {  // a network behind one address, or an address for many
    Cidr network;
    std::string name;
  };
  std::uint32_t number(const std::string& host);
  Answer answer_of(const Timeline::Run& run, const std::vector<std::string>& sources) const;

  std::string domain_;
  std::set<std::string> domains_;  // of computers that wrote, while domain_ is not known
  std::string last_domain_;        // as it was written last
  std::unordered_map<std::string, std::string, TextHash, TextEqual> aliases_;
  std::unordered_map<std::string, std::string, TextHash, TextEqual> fixed_;  // address -> host, of the institution file
  std::vector<std::string> web_servers_;
  std::vector<Block> shared_, networks_;
  std::unordered_map<std::string, std::uint32_t, TextHash, TextEqual> numbers_;
  std::vector<std::string> names_;
  Timeline addresses_;            // address -> host
  std::unordered_map<std::uint64_t, std::string> spelled_;  // addresses by their hash
  std::vector<Evidence> leases_;  // by which a host gives up the address it had
  std::uint64_t forgotten_ = 0;
};

// The place of each text among all that are distinct, sorted.
std::vector<std::uint32_t> ranks_of(const std::vector<std::string>& texts);

// An address in one spelling: "::ffff:10.1.2.3" is "10.1.2.3", IPv6 in lower case, brackets and zones gone. Empty for what is none.
std::string plain_address(std::string_view written);

}  // namespace custos::institution
