// Which visits were an intruder's: what an incident's findings say of the visit itself, of its session, of where it came from and of whose account it was.
// Made by ledger.cc of one incident; asked about each visit.
// Holds references: items, incident, visits and surroundings must outlive it.
// One thread.
// Refuses to take all that is done on a held computer for the intruder's: what is its owner's ordinary work is at most possible.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "correlate/exposure/visit.h"
#include "correlate/grouping/grouping.h"
#include "model/exposure.h"
#include "model/incident.h"

namespace custos::correlate {

struct Held {
  Certainty certainty = Certainty::Possible;
  std::string why;              // "from 203.0.113.9, which is the intruder's"
  std::uint32_t evidence = 0;   // number of the finding that says so; 0: several together
};

class Grasp {
 public:
  Grasp(const Incident& incident, std::span<const Item> items, const Group& group, std::span<const Visit> visits, const Surroundings& around);
  // Nothing: nothing says that it was the intruder.
  std::optional<Held> of(const Visit& visit) const;

 private:
  struct Said {
    Stretch time;
    std::uint32_t evidence;
  };
  // What findings say of an outside address.
  struct Named {
    std::set<std::string> rules, accounts;
    bool high = false;
  };
  void learn_findings(std::span<const Item> items, const Group& group);
  void learn_entities(const Surroundings& around);
  void learn_habits(std::span<const Visit> visits);
  void learn_addresses(const Item& item);
  Micros begin() const;
  bool before(const std::string& key, Micros long_before = 0) const;
  std::optional<std::string> unusual(const Visit& v) const;
  std::optional<Held> by_finding(const Visit& v) const;
  std::optional<Held> by_source(const Visit& v) const;
  std::optional<Held> by_account(const Visit& v) const;

  const Incident& incident_;
  std::map<std::pair<std::string, std::uint64_t>, std::uint32_t> records_;  // of findings: file and offset
  std::map<std::string, std::uint32_t, std::less<>> sessions_;
  std::map<std::string, std::uint32_t, std::less<>> outside_;               // addresses
  std::map<std::string, Said, std::less<>> hosts_;
  std::map<std::string, Said, std::less<>> accounts_;
  std::map<std::string, std::vector<Said>, std::less<>> gathered_;          // by account: when a finding says that it gathered or sent
  std::map<std::string, Named, std::less<>> named_;                         // addresses
  // By account, by account and place, by account and item: its first visit, from there, to it.
  std::map<std::string, Micros, std::less<>> first_;
  std::uint32_t too_many_ = 0;  // objects in one visit that others hardly ever open
};

}  // namespace custos::correlate
