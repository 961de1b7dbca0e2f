// What is known of every group, as one table: how much more likely each technique is with a group than with just anybody.
// Made by consistency.cc and hold_out.cc from AttackFacts, whole or without what is held out; feeds null_sets.h, consistency.h and apart.h.
// An owned table (groups x techniques); the facts must outlive it.
// Immutable once made; then any thread.
// Refuses nothing; a group of which nothing is known stays in the table and is never ranked.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "correlate/attribution/attack_facts.h"

namespace custos::correlate {

// The formula's constants. A technique that a group is known for is shown in one operation because of the group's habit with probability `habit`, and
// otherwise as often as with anybody: P = w + (1 - w) base. The weight of a technique is log(P / base), never below 0: logs see a part of an operation, so
// what is *not* known of a group speaks against nobody. From the sum, `correction` of what random techniques would give the same group is taken off: a group
// of which a hundred techniques are known matches everything.
// They were chosen on malware families that one group alone uses (hold_out.h), not on the attributed campaigns that the figures are about.
struct Formula {
  double habit = 0.2;
  double by_software = 0.3;  // of `habit`, where only the group's software is known for it
  bool by_family = true;     // T1003.001 seen and T1003 known, or the other way round: counts as the family, against the family's base
  double correction = 0.5;
};

enum class Via : std::uint8_t { Nothing, Itself, Family, Software };

// What is taken out of the facts before the table is made.
struct Withheld {
  std::optional<Ordinal> campaign;
  bool traces = false;  // also what only this campaign may have brought into its groups' own lists (hold_out.h)
  std::optional<Ordinal> software;
  std::vector<Ordinal> groups;  // all that is known of these
};

class Known {
 public:
  Known(const AttackFacts& facts, const Formula& formula, const Withheld& withheld = {});

  // The same knowledge weighed by another formula.
  void weigh(const Formula& formula);
  // As it would weigh techniques that one more group, which is not among the groups, has as well: each technique has one holder less.
  Known without_one_holder() const;

  const AttackFacts& facts() const { return *facts_; }
  std::size_t groups() const { return facts_->groups.size(); }
  std::size_t techniques() const { return facts_->techniques.size(); }

  // The row of a technique: a weight for each group.
  std::span<const double> weights(Ordinal technique) const { return {&weights_[technique * groups()], groups()}; }
  Via via(Ordinal technique, Ordinal group) const { return via_[technique * groups() + group]; }
  double correction(Ordinal group) const { return corrections_[group]; }  // per observed technique
  // Scores of all groups for these techniques, into `out`.
  void score(std::span<const Ordinal> techniques, std::vector<double>& out) const;

  double base(Ordinal technique) const { return bases_[technique]; }  // share of the groups that are known for it, smoothed
  std::uint32_t holders(Ordinal technique) const { return holders_[technique]; }
  // The chance that a group shows it in one operation.
  double chance(Ordinal technique, Ordinal group) const;

  const std::vector<Ordinal>& own(Ordinal group) const { return own_[group]; }  // visible techniques of its list and of its campaigns
  const std::vector<Ordinal>& by_software(Ordinal group) const { return by_software_[group]; }
  bool anything(Ordinal group) const { return !own_[group].empty() || !by_software_[group].empty(); }
  // Visible, without repeats, without a T1003 beside its T1003.001. In order.
  std::vector<Ordinal> usable(std::vector<Ordinal> techniques) const;

 private:
  void gather(const Withheld& withheld);
  void count();
  void find_bases(std::uint32_t less);
  void fill_weights();
  std::vector<std::vector<Ordinal>> families() const;

  const AttackFacts* facts_;
  std::vector<std::vector<Ordinal>> own_, by_software_;
  Formula formula_;
  std::vector<std::uint32_t> holders_, family_holders_;  // by technique; of its family
  std::vector<double> bases_, family_bases_;
  std::vector<double> weights_, corrections_;
  std::vector<Via> via_;
};

}  // namespace custos::correlate
