// What would give away whom or what an audience may not be told, out of the institution file. docs/formats/report.md has the table.
// Called by masking and the gate through Finder.
// Owned values.
// Any thread.
// Refuses nothing: what the institution file does not say is no term.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/institution.h"

namespace custos::share {

enum class Audience : std::uint8_t { Technical, Leadership, Authority };
std::string_view audience_name(Audience a);  // "leadership"

// Of whom or what.
enum class Protected : std::uint8_t { Person, Item, Host, Account, kCount };
std::string_view protected_name(Protected kind);  // "person": also what a name that is numbered begins with

struct Term {
  std::string text;  // in the normal form
  Protected kind = Protected::Person;
  std::string key;          // whose: stable in an institution file
  bool whole_word = false;  // counts only where no letter or digit is beside it
  bool below = false;       // a folder: what stands below it belongs to it
};

struct Terms {
  std::vector<Term> terms;
  std::vector<std::string> networks;  // "10.20.4.0/22": addresses inside are hosts
  bool none() const { return terms.empty() && networks.empty(); }
};
Terms terms_of(const Institution& institution, Audience audience);

}  // namespace custos::share
