#include "behavior/rhythm/contacts.h"

#include <cmath>

#include "behavior/statistics/regularity.h"

namespace custos::behavior {

std::uint8_t size_code(double bytes) {
  if (!(bytes > 0)) return 0;
  return static_cast<std::uint8_t>(std::min(255.0, 1 + std::round(8 * std::log2(1 + bytes))));
}

double size_of_code(std::uint8_t code) { return code == 0 ? 0 : std::exp2((code - 1) / 8.0) - 1; }

Rhythm rhythm_of(const std::vector<Micros>& times, bool fine) {
  Rhythm r;
  Gaps gaps = clean(times);
  r.gaps = gaps.seconds.size();
  r.slept = gaps.slept;
  r.median = gaps.median;
  r.spread = mad_over_median(gaps.seconds, fine ? 0.01 : 0.5);
  r.mad = r.spread * r.median;
  r.spread_p = regular_p(r.spread, r.gaps);
  const Rayleigh phase = rayleigh(gaps.starts, candidate_periods(gaps));
  r.phase_p = phase.p;
  r.period = phase.period;
  r.surprise = std::clamp(-std::log(2 * std::min(r.spread_p, r.phase_p)), 0.0, Rhythm::kMost);
  r.seconds = std::move(gaps.seconds);
  return r;
}

Sizes sizes_of(const std::vector<std::uint8_t>& codes) {
  Sizes s;
  std::array<std::uint32_t, 258> counts{};
  for (const std::uint8_t c : codes) counts[c] += c > 0 ? 1u : 0u;
  counts[0] = 0;
  std::uint32_t most = 0;
  std::size_t middle = 0;
  for (std::size_t c = 1; c < 256; ++c) {
    const std::uint32_t n = counts[c - 1] + counts[c] + counts[c + 1];
    // Of equal ones, the one with its most in the middle.
    if (n < most || (n == most && counts[c] <= counts[middle])) continue;
    most = n;
    middle = c;
  }
  if (most == 0) return s;
  s.share = static_cast<double>(most) / static_cast<double>(codes.size());
  s.bytes = size_of_code(static_cast<std::uint8_t>(middle));
  return s;
}

}  // namespace custos::behavior
