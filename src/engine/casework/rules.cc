#include "engine/casework/rules.h"

#include <fmt/format.h>

namespace custos::engine {
namespace case_rules {
namespace {

std::string leads(const store::CaseView& view) {
  std::string all;
  for (const store::CaseMember& m : view.members) {
    if (m.role == "lead") all += (all.empty() ? "" : ", ") + m.person;
  }
  return all;
}

}  // namespace
}  // namespace case_rules

std::string refusal(const store::CaseView& view, const std::string& folder, const std::string& who, Need need) {
  if (view.members.empty()) return {};
  const store::CaseMember* member = view.member(who);
  const std::string leads = case_rules::leads(view);
  if (member == nullptr) {
    return fmt::format("'{}' is no member of this case; {} can add somebody: custos case member {} --add '{}' --role analyst", who, leads, folder, who);
  }
  if (need == Need::Work && member->role != "lead" && member->role != "analyst") {
    return fmt::format("'{}' is {} of this case, who looks and changes nothing; {} can change that: custos case member {} --add '{}' --role analyst", who,
                       member->role == "reader" ? "a reader" : "an authority", leads, folder, who);
  }
  if (need == Need::Lead && member->role != "lead") return fmt::format("who is a member a lead decides: {}", leads);
  return {};
}

std::string refusal_of_closed(const store::CaseView& view, const std::string& folder) {
  if (view.state != "closed") return {};
  const std::string how = view.into.empty() ? fmt::format("with the outcome '{}'", view.outcome) : fmt::format("for it was merged into the case {}", view.into);
  return fmt::format("the case is closed, {}; `custos case open {}` opens it again", how, folder);
}

}  // namespace custos::engine
