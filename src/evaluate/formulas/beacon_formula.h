// The beacon score of RITA v5, written anew from its published formula, as a baseline to compare with. Not a detector of custos.
// Called by sources/beacon_score.cc.
// A plain value.
// Any thread.
// Refuses pairs with fewer than four contacts in different seconds: nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace custos::evaluate {

// Each between 0 and 1, rounded to three digits as the original does.
struct BeaconParts {
  double times = 0, sizes = 0, duration = 0, histogram = 0;
  double score() const;  // their mean: the original's default weights are a quarter each
};

// One pair over one day. `times`: seconds since 1970, ascending; `sizes`: bytes sent of each contact; [first, last]: of all pairs' contacts.
// Parameters are the original's defaults: 24 bars, mode sensitivity 0.05, one outlying bar, two modes from 11 bars on, a duration from 6
// bars on, 12 ideal consecutive bars.
//
//   times     mean of 1 - |Bowley skew| and 1 - MAD / median, of the gaps above zero
//   sizes     the same of the sizes
//   duration  max of the covered share of [first, last] and the longest run of bars (around the ends) / 12
//   histogram max of 1 - sd / mean of the bars, and the share of bars in the two commonest heights
std::optional<BeaconParts> beacon_formula(std::span<const std::int64_t> times, std::span<const double> sizes, std::int64_t first, std::int64_t last);

}  // namespace custos::evaluate
