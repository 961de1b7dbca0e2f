// The values of a directory in the words of model/institution.h: SIDs, times, distinguished names, service principal names.
// Called by ldif.cc.
// Owned values.
// Any thread.
// Refuses what is none of them: nothing is guessed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace custos::institution {

// "S-1-5-21-..." of objectSid's bytes, or of that text itself.
std::optional<std::string> sid_text(std::string_view bytes);

// "20240315100000.0Z", "20240315100000+0100", "202403151000Z", or a FILETIME in decimal. kNoTime for "never" (0 and the largest FILETIME).
std::optional<Micros> directory_time(std::string_view s);

struct DnPart {
  std::string attribute, value;  // attribute in lower case; value unescaped
};
// "CN=Osei\, Mercy,OU=Registry,DC=court,DC=example,DC=org"; nothing for what is no distinguished name.
std::optional<std::vector<DnPart>> parse_dn(std::string_view dn);
// The same for equal names however they are written.
std::string dn_key(std::string_view dn);
// "court.example.org" of the DC parts; empty where there are none.
std::string dn_domain(const std::vector<DnPart>& dn);

// The roles that the classes of service principal names betray ("ldap/dc1.court.example.org" -> domain-controller).
std::vector<std::string> roles_of_services(const std::vector<std::string>& service_principal_names);

}  // namespace custos::institution
