#include "rules/match/triggers.h"

#include <algorithm>

namespace custos::rules {

Triggers::Triggers(const Plan& plan)
    : plan_(&plan), of_atom_(plan.atoms.size()), of_field_(plan.slots.size()), chosen_(plan.rules.size()), lessons_(plan.rules.size()) {
  for (std::uint32_t rule = 0; rule < plan.rules.size(); ++rule) {
    const Plan::Entry& e = plan.rules[rule];
    if (e.first_condition == e.last_condition) continue;  // always evaluated
    chosen_[rule] = e.cheapest;
    attach(rule, plan.conditions[e.cheapest]);
  }
}

std::span<const std::uint32_t> Triggers::woken_in_vain(std::uint32_t rule, std::uint32_t operand) {
  const Plan::Entry& e = plan_->rules[rule];
  std::uint32_t failed = e.first_condition;
  while (failed < e.last_condition && plan_->conditions[failed].node != operand) ++failed;
  if (failed == e.last_condition) return {};  // nothing the index could look for
  Lesson& l = lessons_[rule];
  if (l.condition == failed) {
    l.votes = std::min<std::uint16_t>(l.votes + 1, kPatience);  // no more: what was true once must not weigh for ever
  } else if (l.votes > 0) {
    --l.votes;
  } else {
    l.condition = failed;
  }
  if (l.votes < kPatience || failed == chosen_[rule] || l.changes == kMostChanges) return {};
  const Plan::Condition &before = plan_->conditions[chosen_[rule]], &now = plan_->conditions[failed];
  detach(rule, before);
  attach(rule, now);
  chosen_[rule] = failed;
  l.votes = 0;
  ++l.changes;
  changed_ = before.atoms;
  changed_.insert(changed_.end(), now.atoms.begin(), now.atoms.end());
  return changed_;
}

void Triggers::attach(std::uint32_t rule, const Plan::Condition& condition) {
  for (const std::uint32_t a : condition.atoms) of_atom_[a].push_back(rule);
  for (const std::uint32_t s : condition.fields) of_field_[s].push_back(rule);
}

void Triggers::detach(std::uint32_t rule, const Plan::Condition& condition) {
  for (const std::uint32_t a : condition.atoms) std::erase(of_atom_[a], rule);
  for (const std::uint32_t s : condition.fields) std::erase(of_field_[s], rule);
}

}  // namespace custos::rules
