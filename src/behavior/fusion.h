// Many p-values of an actor to one decision: within a window, across windows, and against the budget.
// Called by analysis.cc when a window closes, and by the tests of the budget, which drive the same code.
// Plain values; what outlives a window is 16 bytes an actor.
// Any thread.
// Refuses nothing; a p that is no number counts as no news.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"

namespace custos::behavior {

// What an actor must reach to be raised: in one window, or in several together. Each may spend half of the budget.
struct Line {
  double p = 0;     // of a window, at most
  double odds = 1;  // at least
  bool crossed(double window_p, double window_odds) const { return window_p <= p || window_odds >= odds; }
};
// `budget` a day, of so many active actors a window.
Line line_of(double budget, double actors, Micros window);

// How p-values of one actor and window become one: by Cauchy's rule, or by another that a test compares.
using Combined = double (*)(std::span<const double> p, std::span<const double> weights);
// What the detectors that had something to look at say together. `p` is changed.
double together(std::vector<double>& p, Combined rule = nullptr);

// Odds of an actor over its windows, which are numbered: Shiryaev-Roberts.
struct Course {
  double odds = 0;
  std::uint32_t window = 0;  // the last that was counted
  // Counts a window, and those since the last in which nothing was seen of the actor. Returns the odds.
  double count(double p, std::uint32_t number);
};

}  // namespace custos::behavior
