// One leaf against one value, without any index: the naive way, used for patterns the index can't decide alone, for the
// values shown in findings, and for explanations.
// Called by matcher.cc, explain.cc and the tests' interpreter.
// A LeafMatcher belongs to one worker; compiled expressions are shared.
// One thread.
// Refuses nothing: an undecided expression is counted by the caller through undecided().
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "model/batch.h"
#include "rules/lower/expr.h"
#include "rules/match/regex.h"

namespace custos::rules {

// The value as windash leaves compare it: every dash and the slash become '-'.
void dash_into(std::string_view value, std::string& out);

class LeafMatcher {
 public:
  // Does `leaf` hold for this value? `regex` for Regex leaves, else nullptr. Not for Null, Exists and FieldRef, which ask
  // whether fields are there.
  bool holds(const Leaf& leaf, const Regex* regex, const Field& value);

  // Does it hold for the event as a whole?
  bool holds(const Leaf& leaf, const Regex* regex, const Event& event);

  std::uint64_t undecided() const { return undecided_; }

 private:
  bool text(const Leaf& leaf, std::string_view value);
  bool field_ref(const Leaf& leaf, const Event& event);

  RegexScratch scratch_;
  std::string folded_, other_;
  std::uint64_t undecided_ = 0;
};

}  // namespace custos::rules
