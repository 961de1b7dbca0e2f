// The longer functions of EntityTable: where an entry goes, who leaves.
// Included by entity_table.h alone.
// See there.
// One thread.
// See there.
#pragma once

#include <numeric>
#include <utility>

#include "behavior/sketch/entity_table.h"

namespace custos::behavior {

template <class Value, class Weight>
std::uint32_t EntityTable<Value, Weight>::new_value() {
  if (!free_.empty()) {
    const std::uint32_t ref = free_.back();
    free_.pop_back();
    return ref;
  }
  // One value a place at most; the last block is as long as what is left to the bound.
  if (size_ == held_values_) {
    const std::size_t n = std::min(kBlock, capacity() - held_values_);
    blocks_.push_back(std::make_unique<Value[]>(n));
    held_values_ += n;
  }
  return static_cast<std::uint32_t>(size_);
}

template <class Value, class Weight>
auto EntityTable<Value, Weight>::vacancy(std::uint64_t key) -> Place {
  const auto [a, b] = homes(key);
  const std::size_t in_a = buckets_[a].taken(), in_b = buckets_[b].taken();
  if (std::min(in_a, in_b) == kPlaces) return {};
  return in_a <= in_b ? Place{&buckets_[a], in_a} : Place{&buckets_[b], in_b};
}

// The lowest key of the sixteen in the way that has room in its other home moves there.
template <class Value, class Weight>
auto EntityTable<Value, Weight>::make_way(std::uint64_t key) -> Place {
  Place from, to;
  // Near the end, hardly any has, and looking costs sixteen cache lines.
  if (size_ * 20 >= buckets_.size() * kPlaces * 19) return {};
  for (const std::size_t home : homes(key)) {
    for (std::size_t i = 0; i < kPlaces; ++i) {
      const std::uint64_t there = buckets_[home].keys[i];
      if (from.bucket && from.bucket->keys[from.at] < there) continue;
      const auto [a, b] = homes(there);
      Bucket& other = buckets_[a == home ? b : a];
      if (const std::size_t taken = other.taken(); taken < kPlaces) {
        from = {&buckets_[home], i};
        to = {&other, taken};
      }
    }
  }
  if (!from.bucket) return {};
  to.bucket->keys[to.at] = from.bucket->keys[from.at];
  to.day() = from.day();
  to.ref() = from.ref();
  return from;
}

template <class Value, class Weight>
auto EntityTable<Value, Weight>::loser(std::uint64_t key) -> Place {
  Place worst;
  for (const std::size_t home : homes(key)) {
    for (std::size_t i = 0; i < kPlaces; ++i) {
      const Place p{&buckets_[home], i};
      if (!worst.bucket || p.day() < worst.day()) {
        worst = p;
        continue;
      }
      if (p.day() > worst.day()) continue;
      const auto light = weight_(value(p.ref())), lightest = weight_(value(worst.ref()));
      if (light < lightest || (!(lightest < light) && p.bucket->keys[i] > worst.bucket->keys[worst.at])) worst = p;
    }
  }
  return worst;
}

template <class Value, class Weight>
std::uint32_t EntityTable<Value, Weight>::claim(std::uint64_t key, std::int32_t day) {
  Place p = vacancy(key);
  if (!p.bucket) p = make_way(key);
  // Keys that were chosen to meet get no more room for it.
  while (!p.bucket && buckets_.size() < most_ && size_ * 2 >= buckets_.size() * kPlaces) {
    grow();
    p = vacancy(key);
  }
  if (p.bucket) {
    p.ref() = new_value();
    ++size_;
  } else {
    p = loser(key);
    value(p.ref()) = Value{};
    ++evictions_;
  }
  p.bucket->keys[p.at] = key;
  p.day() = day;
  return p.ref();
}

// Twice the buckets. Bucket by bucket, and by key within each: where a key stands in its bucket is not saved, and must not decide anything.
template <class Value, class Weight>
void EntityTable<Value, Weight>::grow() {
  const std::vector<Bucket> before = std::move(buckets_);
  buckets_ = std::vector<Bucket>(std::min(2 * before.size(), most_));
  std::vector<std::size_t> order;
  for (const Bucket& b : before) {
    order.resize(b.taken());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) { return b.keys[x] < b.keys[y]; });
    for (const std::size_t i : order) {
      Place p = vacancy(b.keys[i]);
      if (!p.bucket) {
        // Sixteen keys that meet again among twice the buckets: not by chance.
        p = loser(b.keys[i]);
        value(p.ref()) = Value{};
        free_.push_back(p.ref());
        ++evictions_;
        --size_;
      }
      p.bucket->keys[p.at] = b.keys[i];
      p.day() = b.days[i];
      p.ref() = b.refs[i];
    }
  }
}

}  // namespace custos::behavior
