#include "correlate/attribution/known.h"

#include <algorithm>
#include <cmath>

namespace custos::correlate {
namespace known {

void make_set(std::vector<Ordinal>& v) {
  std::sort(v.begin(), v.end());
  v.erase(std::unique(v.begin(), v.end()), v.end());
}

bool holds(const std::vector<Ordinal>& sorted, Ordinal p) { return std::binary_search(sorted.begin(), sorted.end(), p); }

void append(std::vector<Ordinal>& to, const std::vector<Ordinal>& from) { to.insert(to.end(), from.begin(), from.end()); }

void keep_visible(const AttackFacts& facts, std::vector<Ordinal>& techniques) {
  std::erase_if(techniques, [&](Ordinal t) { return !facts.techniques[t].visible; });
}

// What only the held campaign may have brought: its software that no other campaign of the group shows, then its techniques that neither the software that is
// left nor another campaign explains.
void remove_traces(const AttackFacts& facts, const AttackCampaign& held, const std::vector<Ordinal>& others, std::vector<Ordinal>& list,
                   std::vector<Ordinal>& software) {
  std::vector<Ordinal> kept, explained;
  for (const Ordinal c : others) {
    append(kept, facts.campaigns[c].software);
    append(explained, facts.campaigns[c].techniques);
  }
  make_set(kept);
  std::erase_if(software, [&](Ordinal s) { return holds(held.software, s) && !holds(kept, s); });
  for (const Ordinal s : software) append(explained, facts.software[s].techniques);
  make_set(explained);
  std::erase_if(list, [&](Ordinal t) { return holds(held.techniques, t) && !holds(explained, t); });
}

}  // namespace known

Known::Known(const AttackFacts& facts, const Formula& formula, const Withheld& withheld) : facts_(&facts), own_(groups()), by_software_(groups()) {
  gather(withheld);
  count();
  weigh(formula);
}

void Known::gather(const Withheld& withheld) {
  std::vector<std::vector<Ordinal>> campaigns(groups());
  for (Ordinal c = 0; c < facts_->campaigns.size(); ++c) {
    if (withheld.campaign == c) continue;
    for (const Ordinal g : facts_->campaigns[c].attributed_to) campaigns[g].push_back(c);
  }
  for (Ordinal g = 0; g < groups(); ++g) {
    if (std::find(withheld.groups.begin(), withheld.groups.end(), g) != withheld.groups.end()) continue;
    std::vector<Ordinal> others, software = facts_->groups[g].software;
    own_[g] = facts_->groups[g].techniques;
    for (const Ordinal c : campaigns[g]) {
      known::append(others, facts_->campaigns[c].techniques);
      known::append(software, facts_->campaigns[c].software);
    }
    known::make_set(software);
    if (withheld.campaign && withheld.traces && known::holds(facts_->campaigns[*withheld.campaign].attributed_to, g)) {
      known::remove_traces(*facts_, facts_->campaigns[*withheld.campaign], campaigns[g], own_[g], software);
    }
    if (withheld.software) std::erase(software, *withheld.software);
    known::append(own_[g], others);
    for (const Ordinal s : software) known::append(by_software_[g], facts_->software[s].techniques);
    for (auto* list : {&own_[g], &by_software_[g]}) {
      known::make_set(*list);
      known::keep_visible(*facts_, *list);
    }
    std::erase_if(by_software_[g], [&](Ordinal t) { return known::holds(own_[g], t); });
  }
}

std::vector<std::vector<Ordinal>> Known::families() const {
  std::vector<std::vector<Ordinal>> members(techniques());  // by the parent's place
  for (Ordinal t = 0; t < techniques(); ++t) members[facts_->techniques[t].parent.value_or(t)].push_back(t);
  return members;
}

void Known::count() {
  holders_.assign(techniques(), 0);
  std::vector<std::uint32_t> of_parent(techniques(), 0);
  std::vector<Ordinal> seen;
  for (const auto& list : own_) {
    seen.clear();
    for (const Ordinal t : list) {
      ++holders_[t];
      seen.push_back(facts_->techniques[t].parent.value_or(t));
    }
    known::make_set(seen);
    for (const Ordinal family : seen) ++of_parent[family];
  }
  for (Ordinal t = 0; t < techniques(); ++t) family_holders_.push_back(of_parent[facts_->techniques[t].parent.value_or(t)]);
  find_bases(0);
}

void Known::find_bases(std::uint32_t less) {
  const auto smoothed = [&](std::uint32_t n) { return (n - std::min(n, less) + 0.5) / (static_cast<double>(groups()) + 1); };
  bases_.resize(techniques());
  family_bases_.resize(techniques());
  for (Ordinal t = 0; t < techniques(); ++t) {
    bases_[t] = smoothed(holders_[t]);
    family_bases_[t] = smoothed(family_holders_[t]);
  }
}

Known Known::without_one_holder() const {
  Known other = *this;
  other.find_bases(1);
  other.fill_weights();
  return other;
}

void Known::fill_weights() {
  weights_.assign(techniques() * groups(), 0);
  via_.assign(techniques() * groups(), Via::Nothing);
  const auto weight = [](double w, double base) { return std::log((w + (1 - w) * base) / base); };
  const auto set = [&](Ordinal t, Ordinal g, double value, Via via) {
    const std::size_t at = t * groups() + g;
    if (value > weights_[at]) {
      weights_[at] = value;
      via_[at] = via;
    }
  };
  const auto members = families();
  for (Ordinal g = 0; g < groups(); ++g) {
    for (const Ordinal t : own_[g]) {
      set(t, g, weight(formula_.habit, bases_[t]), Via::Itself);
      if (!formula_.by_family) continue;
      const double as_family = weight(formula_.habit, family_bases_[t]);
      if (const auto parent = facts_->techniques[t].parent) {
        set(*parent, g, as_family, Via::Family);
      } else {
        for (const Ordinal child : members[t]) set(child, g, as_family, Via::Family);
      }
    }
    for (const Ordinal t : by_software_[g]) set(t, g, weight(formula_.habit * formula_.by_software, bases_[t]), Via::Software);
  }
}

void Known::weigh(const Formula& formula) {
  formula_ = formula;
  fill_weights();
  double all = 0;
  for (Ordinal t = 0; t < techniques(); ++t) all += facts_->techniques[t].visible ? bases_[t] : 0;
  corrections_.assign(groups(), 0);
  for (Ordinal t = 0; t < techniques(); ++t) {
    if (!facts_->techniques[t].visible) continue;
    for (Ordinal g = 0; g < groups(); ++g) corrections_[g] += formula.correction * bases_[t] / all * weights_[t * groups() + g];
  }
}

void Known::score(std::span<const Ordinal> techniques, std::vector<double>& out) const {
  out.assign(groups(), 0);
  double* const sums = out.data();
  for (const Ordinal t : techniques) {
    const double* const row = &weights_[t * groups()];
    for (std::size_t g = 0; g < groups(); ++g) sums[g] += row[g];
  }
  for (std::size_t g = 0; g < groups(); ++g) sums[g] -= static_cast<double>(techniques.size()) * corrections_[g];
}

double Known::chance(Ordinal technique, Ordinal group) const {
  return std::min(1.0, bases_[technique] * std::exp(weights_[technique * groups() + group]));
}

std::vector<Ordinal> Known::usable(std::vector<Ordinal> techniques) const {
  known::make_set(techniques);
  known::keep_visible(*facts_, techniques);
  std::vector<Ordinal> parents;
  for (const Ordinal t : techniques) {
    if (facts_->techniques[t].parent) parents.push_back(*facts_->techniques[t].parent);
  }
  known::make_set(parents);
  std::erase_if(techniques, [&](Ordinal t) { return known::holds(parents, t); });
  return techniques;
}

}  // namespace custos::correlate
