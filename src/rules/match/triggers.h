// Which rules wake up when an atom holds or a field has a value: one of each rule's necessary conditions, exchanged for a
// better one as events show which of them really fails.
// Owned by Evaluation, which asks for every atom found; Plan holds the conditions to choose from.
// A worker's own copy: what it learns changes how often rules are evaluated, never what they answer.
// One thread.
// Refuses nothing; a rule changes its condition at most kMostChanges times.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "rules/match/plan.h"

namespace custos::rules {

class Triggers {
 public:
  explicit Triggers(const Plan& plan);

  const std::vector<std::uint32_t>& of_atom(std::uint32_t atom) const { return of_atom_[atom]; }
  const std::vector<std::uint32_t>& of_field(std::uint32_t slot) const { return of_field_[slot]; }

  // The rule was woken in vain: this operand of its root was the first not to hold. The atoms whose triggers have changed,
  // if any, until the next call.
  std::span<const std::uint32_t> woken_in_vain(std::uint32_t rule, std::uint32_t operand);

 private:
  static constexpr std::uint16_t kPatience = 32, kMostChanges = 8;

  // The condition that failed most often of late, by majority vote: a counter a rule.
  struct Lesson {
    std::uint32_t condition = 0;
    std::uint16_t votes = 0, changes = 0;
  };

  void attach(std::uint32_t rule, const Plan::Condition& condition);
  void detach(std::uint32_t rule, const Plan::Condition& condition);

  const Plan* plan_;
  std::vector<std::vector<std::uint32_t>> of_atom_, of_field_;
  std::vector<std::uint32_t> chosen_;  // by rule, in Plan::conditions
  std::vector<Lesson> lessons_;
  std::vector<std::uint32_t> changed_;
};

}  // namespace custos::rules
