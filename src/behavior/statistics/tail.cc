#include "behavior/statistics/tail.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace custos::behavior {
namespace tails {
namespace {

double clamped(double score) {
  if (!(score > 0)) return 0;  // not a number, too
  return std::min(score, Tail::kGreatest);
}

// frexp gives a mantissa in [1/2, 1), whose steps are exact: equal scores fall into equal buckets on every machine.
std::size_t bucket(double score) {
  if (score < std::ldexp(1, Tail::kLowest)) return 0;
  int exponent = 0;
  const double mantissa = std::frexp(score, &exponent);
  if (exponent - 1 >= Tail::kHighest) return Tail::kBuckets - 1;
  const auto within = static_cast<std::size_t>((mantissa - 0.5) * 2 * Tail::kPerDoubling);
  return 1 + static_cast<std::size_t>(exponent - 1 - Tail::kLowest) * Tail::kPerDoubling + within;
}

// Multiples of 1 / (mean excess) that theta takes. Shapes up to some 1.5 lie below the last one: a heavier tail is no score to calibrate.
constexpr std::size_t kThetas = 36;
double multiple(std::size_t i) { return i == 0 ? 0 : 0.02 * std::pow(1.3, static_cast<double>(i)); }

}  // namespace
}  // namespace tails

bool Tail::restore(std::uint64_t count, std::vector<double> top, std::vector<std::uint64_t> buckets) {
  if (top.size() != std::min<std::uint64_t>(count, kTop) || buckets.size() > kBuckets || !std::is_sorted(top.begin(), top.end())) return false;
  if (std::any_of(top.begin(), top.end(), [](double s) { return !(s >= 0 && s <= kGreatest); })) return false;
  std::uint64_t sum = 0;
  for (const std::uint64_t b : buckets) {
    if (b > count - sum) return false;
    sum += b;
  }
  if (sum != count) return false;
  count_ = count;
  top_ = std::move(top);
  buckets_ = std::move(buckets);
  fitted_ = false;
  return true;
}

void Tail::save(Packer& out) const {
  out.varint(count_);
  out.varint(top_.size());
  for (const double x : top_) out.f64(x);
  out.varint(buckets_.size());
  for (const std::uint64_t n : buckets_) out.varint(n);
}

bool Tail::load(Unpacker& in) {
  const std::uint64_t count = in.varint();
  std::vector<double> top(in.length(8));
  for (double& x : top) x = in.f64();
  std::vector<std::uint64_t> buckets(in.length());
  for (std::uint64_t& n : buckets) n = in.varint();
  return in.ok() && (restore(count, std::move(top), std::move(buckets)) || in.refuse());
}

void Tail::add(double score) {
  const double s = tails::clamped(score);
  const std::size_t b = tails::bucket(s);
  if (b >= buckets_.size()) buckets_.resize(b + 1);
  ++buckets_[b];
  ++count_;
  fitted_ = false;
  if (top_.size() == kTop) {
    if (s <= top_.front()) return;
    top_.erase(top_.begin());
  }
  top_.insert(std::upper_bound(top_.begin(), top_.end(), s), s);
}

void Tail::merge(const Tail& other) {
  if (buckets_.size() < other.buckets_.size()) buckets_.resize(other.buckets_.size());
  for (std::size_t b = 0; b < other.buckets_.size(); ++b) buckets_[b] += other.buckets_[b];
  count_ += other.count_;
  std::vector<double> all;
  all.reserve(top_.size() + other.top_.size());
  std::merge(top_.begin(), top_.end(), other.top_.begin(), other.top_.end(), std::back_inserter(all));
  if (all.size() > kTop) all.erase(all.begin(), all.end() - kTop);
  top_ = std::move(all);
  fitted_ = false;
}

double Tail::conformal(double score) const {
  const double s = tails::clamped(score);
  const double n = static_cast<double>(count_) + 1;
  const auto at = std::lower_bound(top_.begin(), top_.end(), s);
  if (at != top_.begin() || top_.size() == count_) return (1 + static_cast<double>(top_.end() - at)) / n;
  // At or below the least of the greatest scores: its equals may have been left out, so whole buckets count.
  std::uint64_t above = 0;
  for (std::size_t b = tails::bucket(s); b < buckets_.size(); ++b) above += buckets_[b];
  return (1 + static_cast<double>(std::max<std::uint64_t>(above, kTop))) / n;
}

double Tail::Excesses::above(double excess) const {
  double sum = 0;
  for (const Part& part : parts) {
    const double y = part.theta > 0 ? std::log1p(part.theta * excess) : excess;
    sum += part.weight * std::exp(-number * std::log1p(y / part.sum));
  }
  return sum;
}

// The threshold is the greatest score that is no excess: the 98 % quantile, or lower where that leaves fewer than 20 excesses.
void Tail::fit() const {
  fitted_ = true;
  excesses_ = Excesses{};
  if (count_ < kLeast) return;
  const auto want = std::max<std::uint64_t>(20, count_ / 50);
  const auto number = static_cast<std::size_t>(std::min<std::uint64_t>(want, top_.size() - 1));
  const double* first = top_.data() + top_.size() - number;
  const double t = first[-1];
  std::size_t distinct = 0, greatest = 0;
  for (std::size_t i = 0; i < number; ++i) {
    if (first[i] > first[static_cast<std::ptrdiff_t>(i) - 1]) {
      ++distinct;
      if (i + kResolved >= number) ++greatest;
    }
  }
  // A density needs scores that differ: counts have none, and one number that came often says nothing of what lies beyond.
  if (distinct * 10 < number * 9 || greatest < kResolved) return;
  const double mean = std::accumulate(first, first + number, 0.0, [t](double sum, double s) { return sum + (s - t); }) / static_cast<double>(number);
  if (!(mean > t * 1e-9) || !(mean > 0)) return;  // differences that only rounding made
  excesses_.threshold = t;
  excesses_.number = static_cast<double>(number);
  excesses_.share = excesses_.number / static_cast<double>(count_);
  std::vector<double> log_weights;
  for (std::size_t i = 0; i < tails::kThetas; ++i) {
    const double theta = tails::multiple(i) / mean;
    double sum = 0;
    for (std::size_t j = 0; j < number; ++j) sum += theta > 0 ? std::log1p(theta * (first[j] - t)) : first[j] - t;
    excesses_.parts.push_back({theta, sum, 0});
    // Both in units of the mean: for theta to 0, sum / theta goes to the sum of excesses.
    const double scaled = theta > 0 ? sum / (theta * mean) : sum / mean;
    log_weights.push_back(-excesses_.number * std::log(scaled) - (theta > 0 ? sum : 0));
  }
  const double most = *std::max_element(log_weights.begin(), log_weights.end());
  double total = 0;
  for (double& w : log_weights) total += w = std::exp(w - most);
  for (std::size_t i = 0; i < tails::kThetas; ++i) excesses_.parts[i].weight = log_weights[i] / total;
}

bool Tail::has_tail() const {
  if (!fitted_) fit();
  return !excesses_.parts.empty();
}

// Conformal p between the steps: k / (n + 1) at the k-th greatest score, of which it has just passed the last, and straight in its logarithm between
// two. weight: 0 at the kResolved-th greatest, 1 at the greatest and above.
double Tail::smoothed(double score, double& weight) const {
  const auto at = std::upper_bound(top_.begin(), top_.end(), score);  // the next greater
  const double n = static_cast<double>(count_) + 1;
  const auto more = static_cast<double>(top_.end() - at);
  constexpr double kSteps = kResolved - 1;
  if (at == top_.end()) {
    weight = 1;
    return 1 / n;
  }
  const double below = *(at - 1);
  const double way = (score - below) / (*at - below);  // from the (more + 1)-th to the more-th greatest
  weight = (kSteps - more + way) / kSteps;
  return std::exp((1 - way) * std::log(more + 1) + way * std::log(more)) / n;
}

double Tail::p(double score) const {
  const double s = tails::clamped(score);
  const double steps = conformal(s);
  if (top_.size() <= kResolved || s <= top_[top_.size() - kResolved] || !has_tail()) return steps;
  double weight = 0;
  const double smooth = smoothed(s, weight);
  const double pareto = std::max(excesses_.share * excesses_.above(s - excesses_.threshold), std::numeric_limits<double>::min());
  if (pareto >= smooth) return smooth;
  return std::exp((1 - weight) * std::log(smooth) + weight * std::log(pareto));
}

}  // namespace custos::behavior
