// The state of one event against one plan: which atoms hold, which rules are candidates, and the answer of each expression.
// Used by matcher.cc for every event; begin() forgets the last event in constant time.
// Owned by a matcher.
// One thread.
// Refuses nothing.
#pragma once

#include <cstdint>
#include <vector>

#include "model/batch.h"
#include "rules/match/leaf_match.h"
#include "rules/match/plan.h"

namespace custos::rules {

class Evaluation {
 public:
  explicit Evaluation(const Plan& plan)
      : plan_(&plan), atoms_(plan.atoms.size()), rules_(plan.rules.size()), slots_(plan.slots.size()) {}

  void begin() {
    if (++epoch_ == 0) {  // wrapped: old stamps could look new
      atoms_.assign(atoms_.size(), {});
      rules_.assign(rules_.size(), 0);
      slots_.assign(slots_.size(), 0);
      epoch_ = 1;
    }
    candidates_.clear();
    for (const std::uint32_t r : plan_->always) candidate(r);
  }

  // The index found this atom true.
  void hold(std::uint32_t atom) {
    Stamp& s = atoms_[atom];
    if (s.epoch == epoch_) return;
    s = {epoch_, true};
    for (const std::uint32_t r : plan_->atoms[atom].triggers) candidate(r);
  }

  // A field of this slot has a value.
  void present(std::uint32_t slot) {
    if (slots_[slot] == epoch_) return;
    slots_[slot] = epoch_;
    for (const std::uint32_t r : plan_->slots[slot].present) candidate(r);
  }

  std::vector<std::uint32_t>& candidates() { return candidates_; }

  bool rule_holds(std::uint32_t rule, const Event& event, LeafMatcher& leaves) { return node(plan_->rules[rule].root, event, leaves); }

  bool atom_holds(std::uint32_t atom, const Event& event, LeafMatcher& leaves) {
    Stamp& s = atoms_[atom];
    if (s.epoch == epoch_) return s.holds;
    const Plan::Atom& a = plan_->atoms[atom];
    s = {epoch_, !a.indexed && leaves.holds(*a.leaf, a.regex.get(), event)};
    return s.holds;
  }

  bool node(std::uint32_t id, const Event& event, LeafMatcher& leaves);

 private:
  struct Stamp {
    std::uint32_t epoch = 0;
    bool holds = false;
  };
  void candidate(std::uint32_t rule) {
    if (rules_[rule] == epoch_) return;
    rules_[rule] = epoch_;
    candidates_.push_back(rule);
  }

  const Plan* plan_;
  std::uint32_t epoch_ = 0;
  std::vector<Stamp> atoms_;
  std::vector<std::uint32_t> rules_, slots_;  // epochs
  std::vector<std::uint32_t> candidates_;
};

}  // namespace custos::rules
