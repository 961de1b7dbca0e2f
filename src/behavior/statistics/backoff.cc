#include "behavior/statistics/backoff.h"

#include <algorithm>
#include <cmath>

namespace custos::behavior {

double backoff(const Seen& own, double above) {
  constexpr double kLeast = 1e-300;
  const double total = std::max(own.total, 0.0) + kConcentration;
  const double known = std::max(own.count - kDiscount, 0.0), unknown = kConcentration + kDiscount * std::max(own.kinds, 0.0);
  return std::clamp((known + unknown * std::clamp(above, kLeast, 1.0)) / total, kLeast, 1.0);
}

double backoff(std::span<const Seen> levels, double base) {
  double p = base;
  for (std::size_t i = levels.size(); i > 0; --i) p = backoff(levels[i - 1], p);
  return std::clamp(p, 1e-300, 1.0);
}

double surprise(double p) { return -std::log(std::clamp(p, 1e-300, 1.0)); }

double decayed(double count, double days, double half_life) { return days > 0 ? count * std::exp2(-days / half_life) : count; }

}  // namespace custos::behavior
