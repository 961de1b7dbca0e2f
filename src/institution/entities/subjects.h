// Who and what a record is about, in the record's own words: which of its clues name the computer, the account and the process.
// Called by resolver.cc; the one place that knows what the fields of each log source mean.
// Views into the event; they die with its batch.
// Any thread.
// Refuses names that prove nothing: the account of a refused logon was claimed, not shown.
#pragma once

#include <string_view>

#include "institution/entities/clues.h"

namespace custos::institution {

struct Subject {
  std::string_view host;               // a name, where the record has one
  std::string_view address;            // else where it came from
  std::string_view other;              // where it went: the computer it is about where it came from outside
  std::string_view domain, name, sid;  // the account
  std::string_view process, guid;      // id as written ("0x3e8" or "1000"), Sysmon's GUID
  bool claimed = false;                // the account is only what somebody typed
};

Subject subject_of(const Clues& c);

}  // namespace custos::institution
