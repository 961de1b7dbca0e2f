// Many p-values to one, within a day and across days, so that the alarms keep a budget whatever depends on what.
// Called by the fusion with one p a detector, entity and day; feeds alarms and their order.
// Pure functions, and a value of 8 bytes an entity.
// Any thread.
// Refuses nothing: a p that is no number counts as 1, one outside [0, 1] as its nearest bound.
#pragma once

#include <span>

namespace custos::behavior {

// Within a day. Each gives a p in (0, 1]; 1 of none.

// The Cauchy combination (ACAT): 1/2 - arctan(sum w_i tan(pi (1/2 - p_i)) / sum w_i) / pi. Liu, Xie: "Cauchy combination test: a powerful test
// with analytic p-value calculation under arbitrary dependency structures", JASA 2020. Small p nearly keep their promise whatever depends on what,
// as a weighted mean of Cauchy variables has the tail of one. p_i are held within [kLeastP, kGreatestP]: at 1 the tangent is -infinity, and one
// detector that saw nothing at all would cancel another that saw everything. Still, each p of 1 takes away what a p of 1e-3 brings: leave out
// detectors that could not have seen anything.
// weights >= 0, one a p (a missing one counts as 1); only their proportions matter. A p of weight 0 does not count.
double cauchy(std::span<const double> p, std::span<const double> weights = {});
inline constexpr double kLeastP = 1e-12, kGreatestP = 1 - 1e-3;

// Fisher's: -2 sum ln p_i is chi-squared with 2 k degrees of freedom, if the p_i are independent. Ours are not: kept as the control that fails.
double fisher(std::span<const double> p);

// min(1, k * least p). Valid whatever depends on what.
double bonferroni(std::span<const double> p);

// Across days: the Shiryaev-Roberts statistic of an entity, R_t = E_t * (1 + lambda * R_(t-1)), R_0 = 0, with the e-value E = P^(-1/2) / 2 of the
// day's P (mean 1 under a uniform P: Vovk, Wang: "E-values: calibration, combination and applications", Annals of Statistics 2021). An alarm at R >= c
// comes after c days or more on average, if nothing is the matter: Shin, Ramdas, Rinaldo: "E-detectors: a nonparametric framework for sequential
// change detection", arXiv 2203.03532, for lambda 1; a smaller lambda only makes R smaller. It forgets a mild streak by and by.
class ShiryaevRoberts {
 public:
  static constexpr double kLambda = 0.97;
  static constexpr double kGreatest = 1e200;  // R stays there: an entity that far above any threshold has been reported long since

  // One day. p of the day, 1 where nothing happened (E = 1/2). Returns the new R.
  double add(double p);
  // The same as `days` times add(1), in constant time.
  void add_quiet(int days);
  double value() const { return r_; }
  double log10_value() const;  // -infinity before the first day
  void reset() { r_ = 0; }     // after an alarm, or what an analyst said

  ShiryaevRoberts() = default;
  explicit ShiryaevRoberts(double value);  // one that was saved

 private:
  double r_ = 0;
};

// The R at which to raise an alarm: with it, `entities` of which nothing is the matter give at most `alarms_per_day` (> 0) a day on average.
// At least 1.
double alarm_threshold(double entities, double alarms_per_day);

}  // namespace custos::behavior
