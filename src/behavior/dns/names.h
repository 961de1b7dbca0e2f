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

#include "base/time.h"

namespace custos::behavior {

struct OutsideName {
  std::string_view below, domain;  // "www" of "www.example.org"
};

// Nothing for names of one label, addresses, those of the institution's own domain (`own` may be empty), reverse look-ups, which carry an address
// and whose sweeps are a scan rather than a tunnel, and names that are answered on the local wire.
std::optional<OutsideName> outside_name(std::string_view name, std::string_view own);

// "41.2 kB", "950 B"; "3 h", "4 minutes".
std::string say_bytes(double bytes);
std::string say_span(Micros span);
// "2,314"
std::string say_count(std::uint64_t n);

}  // namespace custos::behavior
