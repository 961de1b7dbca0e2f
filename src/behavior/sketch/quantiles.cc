#include "behavior/sketch/quantiles.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace custos::behavior {
namespace quantiles {
namespace {

constexpr double kLeastAlpha = 0.001, kMostAlpha = 0.5;
constexpr std::uint32_t kLeastBuckets = 2, kMostBuckets = 65536;

double per_log(double alpha) { return 1 / std::log((1 + alpha) / (1 - alpha)); }

}  // namespace
}  // namespace quantiles

DdSketch::DdSketch(double alpha, std::uint32_t buckets)
    : alpha_(alpha > quantiles::kLeastAlpha ? std::min(alpha, quantiles::kMostAlpha) : quantiles::kLeastAlpha),
      per_log_(quantiles::per_log(alpha_)),
      most_(std::clamp(buckets, quantiles::kLeastBuckets, quantiles::kMostBuckets)) {}

std::int32_t DdSketch::index_of(double x) const {
  const double least = std::numeric_limits<double>::min(), most = std::numeric_limits<double>::max();
  return static_cast<std::int32_t>(std::ceil(std::log(std::clamp(x, least, most)) * per_log_));
}

double DdSketch::value_of(std::int32_t index) const {
  // 2 g^i / (g + 1) is (1 - alpha) g^i.
  return std::min((1 - alpha_) * std::exp(index / per_log_), std::numeric_limits<double>::max());
}

// What no longer fits a bucket is not in the count either: both saturate alike, in whatever order.
void DdSketch::give(Bucket& bucket, std::uint64_t weight) {
  const std::uint64_t now = std::min(kMostWeight, bucket.weight() + std::min(weight, kMostWeight));
  count_ += now - bucket.weight();
  bucket.weigh(now);
}

void DdSketch::put(std::int32_t index, std::uint64_t weight) {
  auto it = std::lower_bound(buckets_.begin(), buckets_.end(), index, [](const Bucket& b, std::int32_t i) { return b.index() < i; });
  if (it == buckets_.end() || it->index() != index) {
    if (buckets_.size() < most_) {
      // Room by a quarter, not double: there are many sketches, and most stay small.
      if (buckets_.size() == buckets_.capacity()) {
        const auto at = it - buckets_.begin();
        buckets_.reserve(std::min<std::size_t>(most_, buckets_.size() + buckets_.size() / 4 + 4));
        it = buckets_.begin() + at;
      }
      it = buckets_.insert(it, Bucket(index, 0));
    } else if (it != buckets_.begin()) {
      // The lowest runs into the next, and everything between shifts down by one.
      const std::uint64_t lowest = buckets_.front().weight();
      count_ -= lowest;
      std::move(buckets_.begin() + 1, it, buckets_.begin());
      *--it = Bucket(index, 0);
      give(buckets_.front(), lowest);
    }
    // Else it lies below all, and the lowest takes it.
  }
  give(*it, weight);
}

void DdSketch::add(double x, std::uint64_t weight) {
  if (weight == 0) return;
  if (x > 0) return put(index_of(x), weight);
  const std::uint64_t now = std::min(kMostWeight, zeros_ + std::min(weight, kMostWeight));
  count_ += now - zeros_;
  zeros_ = now;
}

double DdSketch::quantile(double q) const {
  if (count_ == 0) return 0;
  const auto last = static_cast<double>(count_ - 1);
  const double rank = q > 0 ? std::min(q, 1.0) * last : 0;
  std::uint64_t seen = zeros_;
  if (static_cast<double>(seen) > rank) return 0;
  for (const Bucket& b : buckets_) {
    seen += b.weight();
    if (static_cast<double>(seen) > rank) return value_of(b.index());
  }
  return buckets_.empty() ? 0 : value_of(buckets_.back().index());
}

double DdSketch::share_at_least(double x) const {
  if (count_ == 0) return 0;
  if (!(x > 0)) return 1;
  const std::int32_t index = index_of(x);
  std::uint64_t weight = 0;
  for (auto b = buckets_.rbegin(); b != buckets_.rend() && b->index() >= index; ++b) weight += b->weight();
  return static_cast<double>(weight) / static_cast<double>(count_);
}

bool DdSketch::merge(const DdSketch& other) {
  if (other.alpha_ != alpha_ || other.most_ != most_) return false;
  if (this == &other) return merge(DdSketch(other));
  add(0, other.zeros_);
  for (const Bucket& b : other.buckets_) put(b.index(), b.weight());
  return true;
}

void DdSketch::save(Packer& out) const {
  const std::size_t from = out.size();
  out.f64(alpha_);
  out.varint(most_);
  out.varint(zeros_);
  out.varint(buckets_.size());
  std::int64_t before = 0;
  for (const Bucket& b : buckets_) {
    out.signed_varint(b.index() - before);
    out.varint(b.weight());
    before = b.index();
  }
  out.seal(from);
}

bool DdSketch::load(Unpacker& in) {
  const std::size_t from = in.at();
  const double alpha = in.f64();
  const std::uint64_t most = in.varint();
  if (!(alpha >= quantiles::kLeastAlpha && alpha <= quantiles::kMostAlpha)) return in.refuse();
  if (most < quantiles::kLeastBuckets || most > quantiles::kMostBuckets) return in.refuse();
  DdSketch fresh(alpha, static_cast<std::uint32_t>(most));
  fresh.count_ = fresh.zeros_ = in.varint();
  if (fresh.zeros_ > kMostWeight) return in.refuse();
  const std::size_t n = in.length(2);
  if (n > most) return in.refuse();
  fresh.buckets_.reserve(n);
  const std::int64_t least = fresh.index_of(0), highest = fresh.index_of(std::numeric_limits<double>::max());
  std::int64_t index = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const std::int64_t step = in.signed_varint();
    const std::uint64_t weight = in.varint();
    // Before it is added: a step can be any number.
    if (step < least - highest || step > highest - least || (i > 0 && step < 1) || weight < 1 || weight > kMostWeight) return in.refuse();
    index += step;
    if (index < least || index > highest) return in.refuse();
    fresh.buckets_.push_back(Bucket(static_cast<std::int32_t>(index), weight));
    fresh.count_ += weight;
  }
  if (!in.sealed(from)) return false;
  *this = std::move(fresh);
  return true;
}

}  // namespace custos::behavior
