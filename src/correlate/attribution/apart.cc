#include <algorithm>
#include <cmath>

#include "correlate/attribution/consistency.h"

namespace custos::correlate {
namespace apart {

// Of an answer that is yes with this chance, in bits.
double entropy(double p) { return p <= 0 || p >= 1 ? 0 : -p * std::log2(p) - (1 - p) * std::log2(1 - p); }

}  // namespace apart

std::vector<Telling> telling(const Known& known, std::span<const Ordinal> observed, Ordinal first, Ordinal second, std::size_t most) {
  const AttackFacts& facts = known.facts();
  std::vector<char> answered(known.techniques(), 0);
  for (const Ordinal t : observed) {
    answered[t] = 1;
    if (facts.techniques[t].parent) answered[*facts.techniques[t].parent] = 1;
  }
  std::vector<std::pair<double, Ordinal>> found;
  for (Ordinal t = 0; t < known.techniques(); ++t) {
    if (answered[t] != 0 || !facts.techniques[t].visible) continue;
    const double a = known.chance(t, first), b = known.chance(t, second);
    const double bits = apart::entropy((a + b) / 2) - (apart::entropy(a) + apart::entropy(b)) / 2;
    if (bits > 1e-9) found.emplace_back(bits, t);
  }
  std::sort(found.begin(), found.end(), [](const auto& x, const auto& y) { return x.first != y.first ? x.first > y.first : x.second < y.second; });
  if (found.size() > most) found.resize(most);
  std::vector<Telling> out;
  for (const auto& [bits, t] : found) {
    const AttackTechnique& technique = facts.techniques[t];
    Telling one{technique.id, technique.name, {}, true, known.chance(t, first), known.chance(t, second), bits};
    one.for_first = one.chance_first > one.chance_second;
    if (!technique.tactics.empty()) one.tactic = facts.tactics[technique.tactics.front()].name;
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace custos::correlate
