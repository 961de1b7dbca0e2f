// Counts of a day against what was to be expected: how unlikely as many, or more, are, given one's own past and that of one's peers.
// Called by the detectors that count (credentials, hoarding, templates, silence); feeds their scores.
// Pure functions and plain values.
// Any thread.
// Refuses nothing: numbers that make no sense (below 0, none) are taken as the nearest that do.
#pragma once

#include <cstdint>
#include <span>

namespace custos::behavior {

// A rate, in counts a day, that is not known: Gamma distributed with shape a and rate b, so its mean is a / b and its variance a / b^2. Both > 0.
struct GammaRate {
  double a = 0.5, b = 1e-3;

  double mean() const { return a / b; }
  double variance() const { return a / (b * b); }

  // After `count` in `days` more (both >= 0, fractions too: counts that decay): shape a + count, rate b + days.
  GammaRate after(double count, double days) const { return {a + count, b + days}; }
};

// What peers say of somebody unknown: by moments, of the mean and the variance of their rates. rates: counts a day of each peer, of about `days` days each
// (> 0). Of the variance, mean / days is the noise of counting and taken off; at least (mean / 4)^2 remains, since peers never are all the same, and
// at most 400 mean^2. The mean is at least one count in all the peers' days together. Of one peer alone no variance is known: it is taken as mean^2.
// Without peers: {0.5, 1e-3}, which says next to nothing.
GammaRate prior_of_peers(std::span<const double> rates, double days);

// ln P(X >= x), X the count of `days` (> 0) days at such a rate: negative binomial with size r = a and success probability q = b / (b + days),
//
//   P(X = k) = Gamma(r + k) / (Gamma(r) k!) * q^r * (1 - q)^k,   P(X >= x) = I_(1-q)(x, r)
//
// I: the regularised incomplete beta function, by its continued fraction (Abramowitz, Stegun, 26.5.8 and 26.5.24), whose first factor is P(X = x), by
// Loader's saddle-point form ("Fast and accurate computation of binomial probabilities", 2000), which doesn't lose digits to logarithms of factorials.
// x >= 0, fractions too, as the formula goes; about sqrt(x) steps at worst. Relative error of P below 1e-6 for x up to 1e7. <= 0; 0 for x <= 0.
double log_tail(const GammaRate& rate, double x, double days = 1);
// The same as p, in [1e-300, 1].
double tail_p(const GammaRate& rate, double x, double days = 1);

// ln P(X = x) of the same.
double log_mass(const GammaRate& rate, double x, double days = 1);

// The chance to hear nothing where a Poisson process gives `expected` (>= 0) counts on average: exp(-expected). In [1e-300, 1].
double poisson_silence(double expected);

}  // namespace custos::behavior
