// What a look-up says to the world outside: the registered domain whose name servers see it, and the labels below that tell them something.
// Called by detectors/dns.cc and detectors/nxdomain.cc with the names of facts.
// Views into the name.
// Any thread.
// Refuses names that no outsider's server is asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "behavior/roster.h"

namespace custos::behavior {

struct OutsideName {
  std::string_view below, domain;  // "www" of "www.example.org"
};

// Nothing for names of one label, addresses, those of the institution's own domain (`own` may be empty), reverse look-ups, which carry an address
// and whose sweeps are a scan rather than a tunnel, and names that are answered on the local wire.
std::optional<OutsideName> outside_name(std::string_view name, std::string_view own);

// The same of a roster's texts, each taken apart once: names are few, look-ups many, and the list of suffixes takes its time.
class OutsideNames {
 public:
  explicit OutsideNames(Roster& roster) : roster_(roster) {}
  std::optional<OutsideName> of(TextId name);
  std::size_t bytes() const { return domains_.capacity() * sizeof(domains_[0]); }

 private:
  static constexpr std::uint32_t kNotAsked = 0, kNone = 1, kLengths = 2;
  Roster& roster_;
  std::vector<std::uint32_t> domains_;  // by TextId: kLengths + the length of the registered domain
};

// "41.2 kB", "950 B"; "3 h", "4 minutes".
std::string say_bytes(double bytes);
std::string say_span(Micros span);
// "2,314"
std::string say_count(std::uint64_t n);

}  // namespace custos::behavior
