// Who may do what in a case: rules among colleagues, not a lock. docs/guide/cases.md.
// Called by the acts of this folder and by cli/ before it shows a case.
// Owned values.
// Any thread.
// Refuses with a sentence that says who can change it; an empty one: nothing is in the way.
#pragma once

#include <string>

#include "store/store.h"

namespace custos::engine {

enum class Need : std::uint8_t {
  Look,  // any member
  Work,  // lead or analyst; and the case is open
  Lead,  // who is a member
};

// A case without members is everybody's.
std::string refusal(const store::CaseView& view, const std::string& folder, const std::string& who, Need need);
std::string refusal_of_closed(const store::CaseView& view, const std::string& folder);

}  // namespace custos::engine
