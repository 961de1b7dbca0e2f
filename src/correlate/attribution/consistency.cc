#include "correlate/attribution/consistency.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

namespace custos::correlate {
namespace comparing {

constexpr double kLevel = 0.05;        // of every decision: family-wise p, and the share of resamples that may go another way
constexpr double kBareMention = 1.15;  // ln 10^0.5: a likelihood ratio below is "not worth more than a bare mention" (Jeffreys 1961)
constexpr std::size_t kMostApart = 4;  // pairs

// For each group the share of resamples of the observed techniques in which the first stays ahead by more than a bare mention.
std::vector<double> ahead_shares(const Known& known, std::span<const Ordinal> observed, Ordinal first, std::uint32_t resamples, Lots& lots) {
  std::vector<double> shares(known.groups(), 0), scores;
  std::vector<Ordinal> again(observed.size());
  for (std::uint32_t i = 0; i < resamples; ++i) {
    for (Ordinal& t : again) t = observed[lots.below(observed.size())];
    known.score(again, scores);
    for (Ordinal g = 0; g < known.groups(); ++g) shares[g] += scores[first] - scores[g] > kBareMention ? 1 : 0;
  }
  for (double& s : shares) s /= std::max(1u, resamples);
  return shares;
}

std::string techniques(std::size_t n) { return n == 1 ? "1 observed technique" : fmt::format("{} observed techniques", n); }

std::string sentence(const Judgement& j) {
  if (j.verdict == Verdict::NothingToGoBy) return "Cannot tell: no technique was observed that could be compared with known groups.";
  const Ordinal first = j.ranked.front();
  const double p = j.p_random(first);
  const auto stranger = j.p_stranger(first);
  const std::string observed = techniques(j.used);
  if (j.verdict == Verdict::CannotTell) {
    if (p > kLevel) {
      return fmt::format("Cannot tell: the {} fit the group ranked first no better than random techniques fit the best of all groups (p = {:.4f}).", observed,
                         p);
    }
    const std::string better = fmt::format("Cannot tell: the {} fit the group ranked first better than random techniques (p = {:.4f}), but ", observed, p);
    if (!stranger) return better + "too few groups are known to say how well an actor who is not in the facts would fit.";
    return better + fmt::format("those of an actor who is not in the facts would often fit somebody as well (p = {:.4f}).", *stranger);
  }
  const std::string why =
      fmt::format("more than random techniques (p = {:.4f}) or those of an actor who is not in the facts (p = {:.4f}) would be", p, *stranger);
  const std::string what =
      j.verdict == Verdict::One
          ? fmt::format("The {} are consistent with the group ranked first, {}, and more than with any other group.", observed, why)
          : fmt::format("The {} are consistent with {} groups, {}. Cannot tell which: what was observed does not hold them apart.", observed, j.alike, why);
  return what + " It is a comparison with what is publicly known, no proof: techniques are shared, copied and feigned, and a group that is not in the facts "
                "can't be found.";
}

std::vector<Match> matches_of(const Known& known, std::span<const Ordinal> observed, Ordinal group) {
  std::vector<Match> out;
  for (const Ordinal t : observed) {
    const Via via = known.via(t, group);
    if (via == Via::Nothing) continue;
    const AttackTechnique& technique = known.facts().techniques[t];
    out.push_back({technique.id, technique.name, via, known.weights(t)[group], known.holders(t)});
  }
  std::stable_sort(out.begin(), out.end(), [](const Match& a, const Match& b) { return a.weight > b.weight; });
  return out;
}

// The ids as places, and why those that are none are not used.
std::vector<Ordinal> sort_out(const Known& known, std::span<const std::string> observed, Consistency& c) {
  const AttackFacts& facts = known.facts();
  std::vector<Ordinal> places;
  std::unordered_set<std::string_view> seen;
  for (const std::string& id : observed) {
    if (!seen.insert(id).second) continue;
    if (const auto t = facts.technique(id)) {
      places.push_back(*t);
    } else {
      c.unknown.push_back(id);
    }
  }
  const std::vector<Ordinal> usable = known.usable(places);
  for (const Ordinal t : places) {
    if (std::binary_search(usable.begin(), usable.end(), t)) continue;
    (facts.techniques[t].visible ? c.implied : c.invisible).push_back(facts.techniques[t].id);
  }
  return usable;
}

}  // namespace comparing

std::optional<double> Judgement::p_stranger(Ordinal group) const {
  if (!strangers) return std::nullopt;
  return strangers->p(scores[group] / static_cast<double>(used));
}

Judgement judge(const Known& known, std::span<const Ordinal> observed, const ConsistencyOptions& options) {
  using namespace comparing;
  Judgement j;
  j.used = observed.size();
  known.score(observed, j.scores);
  j.behind.assign(known.groups(), 1);
  for (Ordinal g = 0; g < known.groups(); ++g) {
    if (known.anything(g)) j.ranked.push_back(g);
  }
  std::stable_sort(j.ranked.begin(), j.ranked.end(), [&](Ordinal a, Ordinal b) { return j.scores[a] > j.scores[b]; });
  if (observed.empty() || j.ranked.empty()) return j;
  Lots lots(options.seed);
  j.random = random_scores(known, observed, options.draws, lots);
  j.strangers = stranger_scores(known, observed.size(), options.draws, lots);
  const Ordinal first = j.ranked.front();
  j.behind = ahead_shares(known, observed, first, options.resamples, lots);
  j.alike = 1;
  for (std::size_t i = 1; i < j.ranked.size(); ++i) {
    if (j.behind[j.ranked[i]] < 1 - kLevel) j.alike = i + 1;
  }
  const auto stranger = j.p_stranger(first);
  const bool more_than_chance = j.p_random(first) <= kLevel && stranger && *stranger <= kLevel;
  j.verdict = !more_than_chance ? Verdict::CannotTell : j.alike == 1 ? Verdict::One : Verdict::Several;
  return j;
}

Consistency consistency(const AttackFacts& facts, std::span<const std::string> observed, const ConsistencyOptions& options) {
  using namespace comparing;
  Consistency c;
  const Known known(facts, Formula{});
  const std::vector<Ordinal> usable = sort_out(known, observed, c);
  const Judgement j = judge(known, usable, options);
  c.verdict = j.verdict;
  c.sentence = sentence(j);
  c.used = usable.size();
  c.alike = j.alike;
  c.source = facts.source;
  if (j.verdict == Verdict::NothingToGoBy) return c;
  for (std::size_t i = 0; i < j.ranked.size(); ++i) {
    const Ordinal g = j.ranked[i];
    const double behind = i == 0 ? 0 : j.behind[g];
    ConsistentGroup group{facts.groups[g].id, facts.groups[g].name, j.scores[g], j.p_random(g), j.p_stranger(g), behind, known.own(g).size(), {}, {}};
    if (i < options.described) {
      group.matches = matches_of(known, usable, g);
      for (const Ordinal t : usable) {
        if (known.via(t, g) == Via::Nothing) group.unexplained.push_back(facts.techniques[t].id);
      }
    }
    c.groups.push_back(std::move(group));
  }
  const std::size_t pairs = std::min({std::max<std::size_t>(j.alike, 2), j.ranked.size(), kMostApart + 1});
  for (std::size_t i = 1; i < pairs; ++i) {
    c.apart.push_back({facts.groups[j.ranked[0]].id, facts.groups[j.ranked[i]].id, telling(known, usable, j.ranked[0], j.ranked[i], options.told_apart)});
  }
  return c;
}

}  // namespace custos::correlate
