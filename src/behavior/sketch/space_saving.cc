#include "behavior/sketch/space_saving.h"

#include <algorithm>
#include <limits>

namespace custos::behavior {
namespace space_saving {
namespace {

constexpr std::size_t kMostKeys = std::size_t{1} << 24;

std::uint64_t sum(std::uint64_t a, std::uint64_t b) { return a > std::numeric_limits<std::uint64_t>::max() - b ? ~std::uint64_t{0} : a + b; }

}  // namespace
}  // namespace space_saving

SpaceSaving::SpaceSaving(std::size_t keys) : most_(std::clamp<std::size_t>(keys, 1, space_saving::kMostKeys)) {}

void SpaceSaving::put(std::size_t i, const Counted& c) {
  heap_[i] = c;
  places_[c.key] = static_cast<std::uint32_t>(i);
}

void SpaceSaving::sink(std::size_t i) {
  const Counted c = heap_[i];
  for (std::size_t child; (child = 2 * i + 1) < heap_.size(); i = child) {
    if (child + 1 < heap_.size() && heavier(heap_[child], heap_[child + 1])) ++child;
    if (!heavier(c, heap_[child])) break;
    put(i, heap_[child]);
  }
  put(i, c);
}

void SpaceSaving::rise(std::size_t i) {
  const Counted c = heap_[i];
  for (std::size_t parent; i > 0 && heavier(heap_[parent = (i - 1) / 2], c); i = parent) put(i, heap_[parent]);
  put(i, c);
}

void SpaceSaving::add(std::uint64_t key, std::uint64_t weight) {
  if (weight == 0) return;
  total_ = space_saving::sum(total_, weight);
  if (const auto it = places_.find(key); it != places_.end()) {
    Counted& c = heap_[it->second];
    c.count = space_saving::sum(c.count, weight);
    return sink(it->second);
  }
  if (heap_.size() < most_) {
    heap_.push_back({key, weight, 0});
    return rise(heap_.size() - 1);
  }
  // The lightest goes, and the newcomer may have had as much before.
  Counted& lightest = heap_.front();
  places_.erase(lightest.key);
  lightest = {key, space_saving::sum(lightest.count, weight), lightest.count};
  sink(0);
}

SpaceSaving::Counted SpaceSaving::of(std::uint64_t key) const {
  const auto it = places_.find(key);
  return it == places_.end() ? Counted{key, least(), least()} : heap_[it->second];
}

std::vector<SpaceSaving::Counted> SpaceSaving::top(std::size_t n) const {
  std::vector<Counted> out(std::min(n, heap_.size()));
  std::partial_sort_copy(heap_.begin(), heap_.end(), out.begin(), out.end(), heavier);
  return out;
}

void SpaceSaving::replace_all(std::vector<Counted> heaviest_first) {
  // Lightest first is a heap already.
  std::reverse(heaviest_first.begin(), heaviest_first.end());
  heap_ = std::move(heaviest_first);
  places_.clear();
  for (std::size_t i = 0; i < heap_.size(); ++i) places_[heap_[i].key] = static_cast<std::uint32_t>(i);
}

// The paper takes the lightest count from every key, adds what remains, takes the first count beyond `most_` from all and, in the end, puts
// back what was taken. Taken and put back cancel out: it is to add the bounds that each side has for a key, and to keep the heaviest.
bool SpaceSaving::merge(const SpaceSaving& other) {
  if (other.most_ != most_) return false;
  std::vector<Counted> all;
  all.reserve(heap_.size() + other.heap_.size());
  for (const Counted& c : heap_) {
    const Counted o = other.of(c.key);
    all.push_back({c.key, space_saving::sum(c.count, o.count), space_saving::sum(c.error, o.error)});
  }
  for (const Counted& c : other.heap_) {
    if (!has(c.key)) all.push_back({c.key, space_saving::sum(c.count, least()), space_saving::sum(c.error, least())});
  }
  std::sort(all.begin(), all.end(), heavier);
  if (all.size() > most_) all.resize(most_);
  total_ = space_saving::sum(total_, other.total_);
  replace_all(std::move(all));
  return true;
}

void SpaceSaving::save(Packer& out) const {
  const std::size_t from = out.size();
  out.varint(most_);
  out.varint(total_);
  out.varint(heap_.size());
  for (const Counted& c : top(heap_.size())) {
    out.u64(c.key);
    out.varint(c.count);
    out.varint(c.error);
  }
  out.seal(from);
}

bool SpaceSaving::load(Unpacker& in) {
  const std::size_t from = in.at();
  const std::uint64_t most = in.varint();
  const std::uint64_t total = in.varint();
  const std::size_t n = in.length(10);
  if (most < 1 || most > space_saving::kMostKeys || n > most) return in.refuse();
  SpaceSaving fresh(static_cast<std::size_t>(most));
  std::vector<Counted> all;
  all.reserve(n);
  std::uint64_t rest = total;
  for (std::size_t i = 0; i < n; ++i) {
    Counted c;
    c.key = in.u64();
    c.count = in.varint();
    c.error = in.varint();
    // Counts never add up to more than came in, unless they stopped at the end of 64 bits.
    if (c.count == 0 || c.error > c.count || (c.count > rest && total != ~std::uint64_t{0})) return in.refuse();
    if (i > 0 && !heavier(all.back(), c)) return in.refuse();
    rest -= std::min(rest, c.count);
    all.push_back(c);
  }
  const std::uint64_t least = n < most ? 0 : all.back().count;
  if (std::any_of(all.begin(), all.end(), [&](const Counted& c) { return c.error > least; })) return in.refuse();
  if (!in.sealed(from)) return false;
  fresh.total_ = total;
  fresh.replace_all(std::move(all));
  // Order alone does not tell a key that is there twice, with two counts.
  if (fresh.places_.size() != n) return in.refuse();
  *this = std::move(fresh);
  return true;
}

std::size_t SpaceSaving::bytes() const {
  return sizeof *this + heap_.capacity() * sizeof(Counted) + places_.bucket_count() * (sizeof(decltype(places_)::value_type) + 8);
}

}  // namespace custos::behavior
