// How far to trust consistency.h: each campaign that ATT&CK attributes is taken out of the facts and ranked against what is left.
// Called by engine/ (`custos evaluate attribution`).
// Owned values.
// One thread.
// Refuses facts without an attributed campaign that shows a technique. A tie for the first place is no hit: ranks are the middle of equal scores.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "correlate/attribution/consistency.h"

namespace custos::correlate {

// The facts don't say which report brought a technique into a group's list, so the list can't be rebuilt exactly without one campaign. Two bounds:
// Optimistic: the group's own list stays as it is; it may hold what only this campaign showed.
// Pessimistic: what the campaign showed and no other campaign and none of the group's other software explains is taken out of the list, though many of it was
// known before; and software that no other campaign showed. Only the true group loses anything. The truth lies between.
enum class Leak : std::uint8_t { Optimistic, Pessimistic };

struct RankFigures {
  std::string method, what;
  std::size_t of = 0;
  double top1 = 0, top5 = 0;  // how many of them; expected ones for chance
  double mean_reciprocal_rank = 0;
  bool expected = false;  // by arithmetic: no sample, no interval
};

struct VerdictFigures {
  std::size_t of = 0;
  std::size_t one = 0, one_right = 0;            // consistent with one group; the true one
  std::size_t several = 0, several_holding = 0;  // with several; the true one among them
};

// Only so many techniques of each campaign are seen, drawn by lot: what a few alarms are worth.
struct ThinnedFigures {
  std::size_t seen = 0, campaigns = 0;
  double top1 = 0, top5 = 0, mean_reciprocal_rank = 0;  // shares, mean of the draws
};

struct HeldOut {
  std::string campaign;
  std::size_t techniques = 0;
  double rank = 0;  // of the true group, the better one of several
  std::optional<double> p_random, p_stranger;  // of whatever came first; nothing where no group had anything
  Verdict verdict = Verdict::NothingToGoBy;
};

struct LeakFigures {
  std::vector<RankFigures> methods;  // the formula first, then its variants, then what it must beat
  VerdictFigures verdicts;
  VerdictFigures absent;  // the true group is unknown to the facts: whoever is named is wrong
  std::vector<ThinnedFigures> thinned;
  std::vector<HeldOut> campaigns;
};

struct HoldOutFigures {
  std::string source;
  std::size_t groups = 0, attributed = 0, judged = 0;  // campaigns; judged: with a technique that can be compared
  LeakFigures optimistic, pessimistic;
  // Where the formula's constants were chosen: the techniques of malware that one group alone uses and no attributed campaign showed, for the group without it.
  std::vector<RankFigures> families;
  std::uint64_t unknown = 0;  // ids that the facts name and don't define
};

Result<HoldOutFigures> hold_out(const AttackFacts& facts, const ConsistencyOptions& options);

}  // namespace custos::correlate
