// What entity resolution answers: one name or none, for how long it holds, and where that is known from.
// Made by institution/entities; carried by findings, read by behavior and correlate.
// Owned values.
// Any thread.
// Refuses to guess: where the evidence allows more than one, `value` is empty and `candidates` has them all.
#pragma once

#include <string>
#include <vector>

#include "model/institution.h"

namespace custos {

struct Answer {
  std::string value;                    // empty: unknown or ambiguous
  Span span;                            // while it is true, as far as is known
  std::string from;                     // "lease in zeek/dhcp.log, record 12", "institution file"
  std::vector<std::string> candidates;  // two or more: ambiguous

  bool known() const { return !value.empty(); }
  bool ambiguous() const { return candidates.size() > 1; }
};

}  // namespace custos
