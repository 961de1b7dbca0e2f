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
#include "rules/match/triggers.h"

namespace custos::rules {

class Evaluation {
 public:
  explicit Evaluation(const Plan& plan)
      : plan_(&plan), triggers_(plan), atoms_(plan.atoms.size()), rules_(plan.rules.size()), slots_(plan.slots.size()) {
    for (std::uint32_t a = 0; a < atoms_.size(); ++a) {
      atoms_[a].indexed = plan.atoms[a].indexed;
      atoms_[a].wakes = !triggers_.of_atom(a).empty();
    }
  }

  void begin() {
    if (++epoch_ == 0) {  // wrapped: old stamps could look new
      for (Stamp& s : atoms_) s.epoch = 0;
      rules_.assign(rules_.size(), 0);
      slots_.assign(slots_.size(), {});
      epoch_ = 1;
    }
    candidates_.clear();
    for (const std::uint32_t r : plan_->always) candidate(r);
  }

  // The index found this atom true.
  void hold(std::uint32_t atom) {
    Stamp& s = atoms_[atom];
    if (s.epoch == epoch_) return;
    s.epoch = epoch_;
    s.holds = true;
    if (!s.wakes) return;
    for (const std::uint32_t r : triggers_.of_atom(atom)) candidate(r);
  }

  // The event's field number `index` is of this slot.
  void present(std::uint32_t slot, std::uint32_t index) {
    if (slots_[slot].epoch == epoch_) return;
    slots_[slot] = {epoch_, index};
    for (const std::uint32_t r : triggers_.of_field(slot)) candidate(r);
  }

  std::vector<std::uint32_t>& candidates() { return candidates_; }

  bool rule_holds(std::uint32_t rule, const Event& event, LeafMatcher& leaves);

  bool atom_holds(std::uint32_t atom, const Event& event, LeafMatcher& leaves) {
    Stamp& s = atoms_[atom];
    if (s.epoch == epoch_) return s.holds;
    if (s.indexed) return false;
    s.epoch = epoch_;
    s.holds = leaf_holds(plan_->atoms[atom], event, leaves);
    return s.holds;
  }

  bool node(std::uint32_t id, const Event& event, LeafMatcher& leaves);

 private:
  struct Stamp {
    std::uint32_t epoch = 0;
    bool holds = false;
    bool indexed = false;  // the index has said all about it
    bool wakes = false;    // rules hang on it: spares most atoms a look at the triggers
  };
  struct Seen {
    std::uint32_t epoch = 0, first = 0;
  };
  bool leaf_holds(const Plan::Atom& atom, const Event& event, LeafMatcher& leaves) const;
  void candidate(std::uint32_t rule) {
    if (rules_[rule] == epoch_) return;
    rules_[rule] = epoch_;
    candidates_.push_back(rule);
  }

  const Plan* plan_;
  Triggers triggers_;
  std::uint32_t epoch_ = 0;
  std::vector<Stamp> atoms_;
  std::vector<std::uint32_t> rules_;  // epochs
  std::vector<Seen> slots_;
  std::vector<std::uint32_t> candidates_;
};

}  // namespace custos::rules
