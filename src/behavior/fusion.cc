#include "behavior/fusion.h"

#include <algorithm>

#include "behavior/statistics/combine.h"

namespace custos::behavior {
namespace fusing {

// With few actors the budget alone would let chance speak daily: an actor is never raised for what happens in more than one of so many of its windows.
constexpr double kLeastWindows = 100;
// A window in which a detector saw nothing odd says nothing for or against: it must neither hide nor help the others.
constexpr double kNoNews = 0.5;
constexpr std::uint32_t kQuietFor = 64;  // windows of silence after which the odds are where they would always be

}  // namespace fusing

Line line_of(double budget, double actors, Micros window) {
  const double per_window = budget * static_cast<double>(window) / static_cast<double>(kDay);
  const double p = std::min(1 / fusing::kLeastWindows, per_window / 2 / std::max(actors, 1.0));
  return {p, 1 / p};
}

double together(std::vector<double>& p, Combined rule) {
  for (double& one : p) one = one < fusing::kNoNews ? one : fusing::kNoNews;
  return rule == nullptr ? cauchy(p) : rule(p, {});
}

double Course::count(double p, std::uint32_t number) {
  ShiryaevRoberts sr(odds);
  if (odds > 0 && number > window) sr.add_quiet(static_cast<int>(std::min(number - window - 1, fusing::kQuietFor)));
  // Of p-values cut at 1/2, 1/2 is what nothing at all comes to: it counts as 1, as a quiet window does. Taken as it is, the e-value of ordinary
  // windows would be above 1 on average, and the odds would grow by themselves (calibration_test.cc).
  odds = sr.add(std::min(1.0, p / fusing::kNoNews));
  window = number;
  return odds;
}

}  // namespace custos::behavior
