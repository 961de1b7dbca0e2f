// Everything an institution knows of a name: a person, an account in any spelling, a host, an address, a network, a service, a case, a protected item, a unit.
// Called by cli/ for `custos institution show FILE NAME`.
// Owned texts.
// Any thread.
// Refuses nothing; a name that stands for several things gives a sheet for each.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/institution.h"

namespace custos::institution {

// What is known of one thing, in the words of the file and of what leads to it from elsewhere.
struct Sheet {
  std::string kind;  // person account host network address service case protected canary known unit
  std::string title;
  std::vector<std::pair<std::string, std::vector<std::string>>> facts;  // "accounts" -> its values
  void add(std::string label, std::string value);                       // nothing where the value is empty
  void add_all(std::string label, std::vector<std::string> values);
};

// Accounts are found as DOMAIN\name, domain.example.org\name, name@domain, UPN, SID, display name, mail address or bare name, machine accounts as their
// host; case does not matter.
std::vector<Sheet> about(const Institution& institution, std::string_view name);

// "2026-01-01 to 2026-06-30", "since ...", "until ..."; empty where both ends are open.
std::string span_text(const Span& s);
// "mon-fri 08:00-18:30 Europe/Amsterdam"
std::string hours_text(const WorkingHours& h);
// Whether a text fits a pattern in which `*` is any text; case does not matter.
bool fits(std::string_view pattern, std::string_view text);

}  // namespace custos::institution
