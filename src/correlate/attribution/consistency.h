// With which known groups a set of observed techniques is consistent, how sure that is, and what evidence would tell the best apart.
// Called by hold_out.cc and, through engine/, by the attribution notebook; feeds its pages.
// Owned values.
// Any thread.
// Refuses nothing: ids that the facts don't define and techniques that no log shows are listed. It never says who did it, only what is consistent with what
// is publicly known; the sentence names nobody, names stand in fields of their own which a caller may leave out.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "correlate/attribution/known.h"
#include "correlate/attribution/null_sets.h"

namespace custos::correlate {

struct ConsistencyOptions {
  std::uint32_t draws = 2'000;      // of random sets, and of strangers' sets
  std::uint32_t resamples = 1'000;  // of the observed techniques
  std::uint64_t seed = 1;
  std::size_t described = 10;  // groups with all that matched
  std::size_t told_apart = 5;  // techniques for a pair of groups
};

enum class Verdict : std::uint8_t {
  NothingToGoBy,  // no usable technique was observed
  CannotTell,     // chance or a stranger would score as much
  Several,        // more than chance, but several groups alike
  One,            // more than chance, and more than with all others
};

struct Match {
  std::string technique, name;
  Via via = Via::Itself;
  double weight = 0;          // natural logarithm of a likelihood ratio
  std::uint32_t holders = 0;  // groups that are known for it
};

struct ConsistentGroup {
  std::string id, name;
  double score = 0;
  double p_random = 1;               // family-wise: that the best of all groups scores as much on random techniques
  std::optional<double> p_stranger;  // and on techniques of an actor who is no candidate
  double behind = 0;                 // share of resamples of what was observed in which the first group stays clearly ahead of this one
  std::size_t known = 0;             // visible techniques that its list and its campaigns have
  std::vector<Match> matches;        // by weight; of the described groups, as is what follows
  std::vector<std::string> unexplained;  // observed, and not known of it in any way
};

// One technique that was not observed. Were one to look for it where it would be seen, `bits` is what the answer is expected to tell about which of the two it
// is: mutual information, both thought equally likely before; at most 1.
struct Telling {
  std::string technique, name, tactic;
  bool for_first = true;  // seeing it speaks for the first of the two
  double chance_first = 0, chance_second = 0;
  double bits = 0;
};

struct Apart {
  std::string first, second;  // ids
  std::vector<Telling> techniques;
};

struct Consistency {
  Verdict verdict = Verdict::NothingToGoBy;
  std::string sentence;
  std::size_t used = 0;                 // techniques that were compared
  std::vector<std::string> unknown;     // observed ids that the facts don't define
  std::vector<std::string> invisible;   // never seen in logs: preparation
  std::vector<std::string> implied;     // T1003 beside T1003.001
  std::size_t alike = 0;                // the first so many of the ranked groups can't be told apart
  std::vector<ConsistentGroup> groups;  // ranked; of all groups of which anything is known
  std::vector<Apart> apart;             // the first with each of the next that are alike, at least with the second, at most with four
  std::string source;
};

Consistency consistency(const AttackFacts& facts, std::span<const std::string> observed, const ConsistencyOptions& options);

// The part that hold_out.cc repeats: no names, no lists.
struct Judgement {
  Verdict verdict = Verdict::NothingToGoBy;
  std::vector<Ordinal> ranked;
  std::vector<double> scores;  // by group
  std::vector<double> behind;  // by group
  NullScores random;
  std::optional<NullScores> strangers;
  std::size_t used = 0, alike = 0;

  double p_random(Ordinal group) const { return random.p(scores[group] / static_cast<double>(used)); }
  std::optional<double> p_stranger(Ordinal group) const;
};
// `observed` as Known::usable() gives it.
Judgement judge(const Known& known, std::span<const Ordinal> observed, const ConsistencyOptions& options);

// By expected information.
std::vector<Telling> telling(const Known& known, std::span<const Ordinal> observed, Ordinal first, Ordinal second, std::size_t most);

}  // namespace custos::correlate
