// How likely somebody's next step is, given where they went before, where their peers go, and where everybody goes; and how surprising.
// Called by the detectors of novelty (access, processes, templates), which keep the counts; feeds their scores.
// Pure functions of a few numbers.
// Any thread.
// Refuses nothing: counts below 0 count as 0, and no probability is ever 0.
#pragma once

#include <span>

namespace custos::behavior {

inline constexpr double kDiscount = 0.5, kConcentration = 1;  // delta and theta below
inline constexpr double kHalfLife = 30;                       // days after which a count is half of itself

// What one level (a user, its peers, everybody) knows of a destination d.
struct Seen {
  double count = 0;  // n_ud: how often it went to d
  double total = 0;  // n_u: how often it went anywhere, the sum of all its counts
  double kinds = 0;  // K_u: how many different destinations it has, d or not
};

// P(d | u) = max(n_ud - delta, 0) / (n_u + theta) + (theta + delta K_u) / (n_u + theta) * P(d | above), in (0, 1].
// The predictive rule of the Pitman-Yor process with one table a dish, which is interpolated Kneser-Ney smoothing: Teh: "A hierarchical Bayesian language
// model based on Pitman-Yor processes", ACL 2006. What each known destination gives up, delta, and theta go to the level above: who always went to many
// places is expected to go to others.
// above: P(d) by the level above. If those sum to 1 over all d, so do these, as long as every count that is not 0 is at least delta: a count that decayed below
// delta is to be forgotten, from `total` and `kinds` too.
double backoff(const Seen& own, double above);

// The same over several levels, the most special one first; `base` is what stands above the last: 1 / N for N destinations there are.
double backoff(std::span<const Seen> levels, double base);

// -ln p, in nats: 0 for what is certain; 690 at most.
double surprise(double p);

// A count after `days` (>= 0) without being seen.
double decayed(double count, double days, double half_life = kHalfLife);

}  // namespace custos::behavior
