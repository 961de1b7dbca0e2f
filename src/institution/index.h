// Where the names of an institution lead: built once for checks and for looking things up.
// Called by checks/ and about.cc.
// Holds positions; the institution must stay as it is meanwhile.
// One thread.
// Refuses nothing; a name that stands for several hosts leads to all of them.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "model/institution.h"

namespace custos::institution {

struct Index {
  explicit Index(const Institution& i);

  using One = std::unordered_map<std::string, std::size_t>;
  One people, cases, items;                                         // by id as written; the first where several have it
  One services, networks;                                           // by name_key
  std::unordered_map<std::string, std::vector<std::size_t>> hosts;  // by name_key of name, name.domain and aliases
  std::unordered_set<std::string> units, roles, mails;              // name_key of what people have
  std::unordered_set<std::string> accounts;                          // name_key of their names without the domain

  bool has_host(std::string_view name) const;
  bool has_account(std::string_view name) const;
  bool has_unit(std::string_view name) const;
  bool has_role(std::string_view name) const;
  // A person's id, a unit, a role or a mail address of somebody.
  bool is_somebody(std::string_view name) const;
};

// "ws-014.court.example.org"; the name alone where there is no domain or the name has dots.
std::string full_name(const Host& h);
// "COURT\m.osei", "ws-014\root" for a local account, else the name alone.
std::string full_name(const Account& a);

}  // namespace custos::institution
