// The registered domain of a host name: the last two labels, or three where the last two are a well-known suffix ("co.uk").
// Used by sets/dns.cc. A stand-in until the public suffix list is a dependency: a table of the commonest second-level suffixes.
// A view into the name.
// Any thread.
// Refuses nothing: a name of one label is its own domain, and so is an address.
#pragma once

#include <string>
#include <string_view>

namespace custos::engine {

std::string_view registered_domain(std::string_view name);

// Shannon's bits a character times its length, in bytes: what the text can carry at most if its characters were drawn as they lie.
double information_bytes(std::string_view text);

}  // namespace custos::engine
