// One sheet of facts for each kind of thing in an institution, with what other entries say of it.
// Called by about.cc.
// The institution must outlive it; sheets are owned.
// One thread.
// Refuses nothing; lists are cut after kMost values, and the rest is counted.
#pragma once

#include <string>
#include <vector>

#include "base/net/address.h"
#include "institution/about/about.h"
#include "institution/index.h"

namespace custos::institution {

class Sheets {
 public:
  static constexpr std::size_t kMost = 100;

  explicit Sheets(const Institution& in) : in_(in), index_(in) {}

  Sheet of(const Person& p) const;
  Sheet of(const Account& a, const Person* whose) const;
  Sheet of(const Host& h) const;
  Sheet of(const Address& a) const;
  Sheet of(const Network& n) const;
  Sheet of(const Service& s) const;
  Sheet of(const Case& c) const;
  Sheet of(const ProtectedItem& i) const;
  Sheet of(const Canary& c) const;
  Sheet of(const KnownSource& k) const;
  Sheet of_unit(const std::vector<const Person*>& members) const;

 private:
  std::string person(const std::string& id) const;  // "m.osei (Osei, Mercy, Registry)"
  bool is(const std::string& host, const Host& h) const;
  bool calls_for(const ProtectedItem& i, const Person& p) const;
  std::vector<std::string> stands_on(const Service& s) const;  // all below it
  std::vector<std::string> needed_by(const Service& s) const;  // all above it

  const Institution& in_;
  Index index_;
};

// "COURT\m.osei, UPN m.osei@..., S-1-5-..., disabled"
std::string account_text(const Account& a);

}  // namespace custos::institution
