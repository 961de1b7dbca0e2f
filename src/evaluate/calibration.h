// Whether a source's p-values keep their promise on ordinary groups: observed against promised shares.
// Called by engine/evaluation; feeds the report's table and QQ plot.
// Owned values.
// Any thread.
// Refuses nothing; with no p-value the count is 0 and no verdict stands.
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "evaluate/alarm.h"
#include "evaluate/truth.h"

namespace custos::evaluate {

struct Promise {
  double promised = 0;              // alpha: P(p <= alpha) <= alpha
  std::uint64_t observed = 0;       // p-values at or below it
  std::uint64_t low = 0, high = 0;  // between which a Binomial(count, alpha) lies with 95 %
};

struct Calibration {
  std::uint64_t count = 0;
  std::array<Promise, 4> promises{};                 // 1e-1 .. 1e-4
  double ks = 0;                                     // Kolmogorov-Smirnov: the largest distance between the p-values and the uniform
  double ks_above = 0;                               // the part of it that breaks the promise: more small p-values than promised
  std::vector<std::pair<double, double>> quantiles;  // expected, observed; for the QQ plot, from the smallest on
};

// The p-values of the test period's alarms (raised or not) that hold neither attack nor ignored observations.
std::vector<double> benign_p_values(const Scene& scene, const std::vector<Alarm>& alarms);

Calibration calibrate(std::vector<double> p_values);

// The central 95 % of a Binomial(n, share): the smallest k with P(X <= k) >= 2.5 % and >= 97.5 %.
std::pair<std::uint64_t, std::uint64_t> binomial_limits(std::uint64_t n, double share);

}  // namespace custos::evaluate
