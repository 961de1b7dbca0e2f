// How regular the contacts of a pair are: the two statistics of a beacon, each with its p-value under arrivals that know nothing of each other.
// Called by the beacon detector for pairs with enough contacts; feeds its score, which is calibrated again: what updates itself is regular, too.
// Values; 3 KB of constants.
// Any thread.
// Refuses nothing: with too little to tell p is 1.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"

namespace custos::behavior {

// The pauses between contacts, made fit to be looked at.
struct Gaps {
  std::vector<double> seconds;  // in order of time; each >= kMerge
  std::vector<double> starts;   // of the contacts, in seconds since the first one; with the sleeps
  double median = 0;            // seconds; of those left
  std::uint32_t merged = 0;     // records that came less than kMerge after the one before: the same contact
  std::uint32_t slept = 0;      // pauses left out: nights, closed laptops

  static constexpr double kMerge = 1;  // seconds
  static constexpr double kSleep = 8;  // times the median of all pauses
};
// times in order; one that is before its predecessor counts as the same contact.
Gaps clean(std::span<const Micros> times);

// The median of |gap - median| over the median: 0 for a clock, 0.69 for arrivals without memory, in [0, 1] for any gaps >= 0. 1 with no gaps.
// Median: of an even number, the mean of the two in the middle. grain: by how many seconds a gap may be off since times were written down rounded; it
// is added to the deviation, or whole seconds would make a beacon of anything that is in a hurry.
double mad_over_median(std::span<const double> gaps, double grain = 0);

// The chance that n gaps without memory (exponential, of any mean: d has no scale) have a MAD / median of d or less. In [1e-300, 1]; 1 for n < 8.
// From a table of quantiles for 10 numbers of gaps from 8 to 256 and p from 0.9 to 1e-6, straight lines in the logarithms in between. Odd n as n - 1,
// which they are like but for a trifle (one deviation is 0 then); above 256 gaps as for 256, which is too large a p. Below 1e-6 a power of d, as
// steep as from 1e-4 to 1e-6 and no steeper than d ^ (n / 2), the limit for small d: n / 2 + 1 gaps have to lie within a stretch of length ~ d.
// The table is this project's own Monte Carlo simulation: 4e8 draws of n = 8, 3e8 of 12, 2e8 of 16 and 24, 1e8 of 32 to 64, 5e7 of 96, 4e7 of 128, 2e7
// of 256 (1e6 each for p = 0.9); gaps -log(u), u in steps of 2^-24 from SplitMix64 seeded with 1234567 n; a histogram of d in steps of 2^-19. So at least
// 20 draws lie below the last quantile.
double regular_p(double mad_over_median, std::size_t n);

// Whether times keep to a period T, which missed beats and other traffic in between leave visible: R2 = |sum over t of e^(2 pi i t / T)|^2 / n,
// and p = min(1, m * exp(-R2)) for the best of m periods (Rayleigh's test, Bonferroni's correction).
struct Rayleigh {
  double p = 1;
  double r2 = 0;      // in [0, n]
  double period = 0;  // seconds; the best one, 0 with none
};
// times and periods in seconds; periods <= 0 are left out. O(times * periods). A period is as precise as its estimate: over many beats a small
// error turns the phase around, so hand in a stretch (some hundred beats) rather than months.
Rayleigh rayleigh(std::span<const double> times, std::span<const double> periods);

// Periods worth a try, in seconds: the median gap, its half, its double, and the mode: the mean of the gaps within the 5 % that hold most of them, and
// half and double of it. At most 6, none twice; none without gaps.
std::vector<double> candidate_periods(const Gaps& gaps);

}  // namespace custos::behavior
