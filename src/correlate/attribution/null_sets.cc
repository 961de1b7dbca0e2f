#include "correlate/attribution/null_sets.h"

#include <algorithm>
#include <limits>

namespace custos::correlate {
namespace null_sets {

constexpr std::size_t kFewestStrangers = 20;
constexpr double kRounding = 1e-9;
constexpr Ordinal kNobody = std::numeric_limits<Ordinal>::max();

std::size_t stratum_of(const AttackFacts& facts, Ordinal technique) {
  std::size_t first = facts.tactics.size();  // those without a tactic
  for (const Ordinal t : facts.techniques[technique].tactics) {
    if (!facts.tactics[t].preparation) first = std::min<std::size_t>(first, t);
  }
  return first;
}

double best(const Known& known, const std::vector<double>& scores, std::size_t size, Ordinal without) {
  double top = -std::numeric_limits<double>::infinity();
  for (Ordinal g = 0; g < known.groups(); ++g) {
    if (g != without && known.anything(g)) top = std::max(top, scores[g]);
  }
  return top / static_cast<double>(size);
}

}  // namespace null_sets

double NullScores::p(double score) const {
  const auto at = std::lower_bound(best.begin(), best.end(), score - null_sets::kRounding);
  return (1 + static_cast<double>(best.end() - at)) / (1 + static_cast<double>(best.size()));
}

RandomSets::RandomSets(const Known& known, std::span<const Ordinal> observed) : strata_(known.facts().tactics.size() + 1), taken_(known.techniques(), 0) {
  for (Ordinal t = 0; t < known.techniques(); ++t) {
    if (!known.facts().techniques[t].visible) continue;
    Stratum& s = strata_[null_sets::stratum_of(known.facts(), t)];
    s.members.push_back(t);
    s.weights.push_back(known.base(t));
    s.total += known.base(t);
  }
  for (const Ordinal t : observed) ++strata_[null_sets::stratum_of(known.facts(), t)].wanted;
}

void RandomSets::draw(Lots& lots, std::vector<Ordinal>& out) {
  out.clear();
  for (const Stratum& s : strata_) {
    double left = s.total;
    for (std::size_t n = 0; n < std::min(s.wanted, s.members.size()); ++n) {
      double at = lots.unit() * left;
      std::size_t chosen = s.members.size();
      for (std::size_t i = 0; i < s.members.size(); ++i) {
        if (taken_[s.members[i]] != 0) continue;
        chosen = i;  // the last one that is left, should rounding leave a rest
        at -= s.weights[i];
        if (at < 0) break;
      }
      left -= s.weights[chosen];
      taken_[s.members[chosen]] = 1;
      out.push_back(s.members[chosen]);
    }
  }
  for (const Ordinal t : out) taken_[t] = 0;
}

NullScores random_scores(const Known& known, std::span<const Ordinal> observed, std::uint32_t draws, Lots& lots) {
  NullScores null;
  null.size = observed.size();
  RandomSets sets(known, observed);
  std::vector<Ordinal> set;
  std::vector<double> scores;
  for (std::uint32_t i = 0; i < draws; ++i) {
    sets.draw(lots, set);
    known.score(set, scores);
    null.best.push_back(null_sets::best(known, scores, set.size(), null_sets::kNobody));
  }
  std::sort(null.best.begin(), null.best.end());
  return null;
}

std::optional<NullScores> stranger_scores(const Known& known, std::size_t size, std::uint32_t draws, Lots& lots) {
  std::vector<std::vector<Ordinal>> lists(known.groups());
  std::vector<std::size_t> sizes;
  for (Ordinal g = 0; g < known.groups(); ++g) {
    lists[g] = known.usable(known.own(g));
    sizes.push_back(lists[g].size());
  }
  std::sort(sizes.rbegin(), sizes.rend());
  if (sizes.size() < null_sets::kFewestStrangers || sizes[null_sets::kFewestStrangers - 1] == 0 || size == 0) return std::nullopt;
  NullScores null;
  null.size = std::min(size, sizes[null_sets::kFewestStrangers - 1]);
  std::vector<Ordinal> strangers, set;
  for (Ordinal g = 0; g < known.groups(); ++g) {
    if (lists[g].size() >= null.size) strangers.push_back(g);
  }
  // What the stranger shows is in the facts because the stranger is: for the others it is known of one group less.
  const Known others = known.without_one_holder();
  std::vector<double> scores;
  for (std::uint32_t i = 0; i < draws; ++i) {
    const Ordinal stranger = strangers[i % strangers.size()];  // each as often as any other
    std::vector<Ordinal>& list = lists[stranger];
    for (std::size_t k = 0; k < null.size; ++k) std::swap(list[k], list[k + lots.below(list.size() - k)]);
    set.assign(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(null.size));
    others.score(set, scores);
    null.best.push_back(null_sets::best(known, scores, set.size(), stranger));
  }
  std::sort(null.best.begin(), null.best.end());
  return null;
}

}  // namespace custos::correlate
