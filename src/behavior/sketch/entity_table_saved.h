// How an EntityTable is saved and loaded.
// Included by entity_table.h alone.
// As there.
// As there.
// load() refuses damage and leaves the table as it was.
#pragma once

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "behavior/sketch/entity_table.h"

namespace custos::behavior {

template <class Value, class Weight>
auto EntityTable<Value, Weight>::sorted() const -> std::vector<Sorted> {
  // Keys are spread evenly: by their first byte into parts that are sorted within the cache.
  std::array<std::size_t, 257> part{};
  const auto each = [this](const auto& take) {
    for (const Bucket& b : buckets_) {
      for (std::size_t i = 0, taken = b.taken(); i < taken; ++i) take(b, i);
    }
  };
  each([&](const Bucket& b, std::size_t i) { ++part[(b.keys[i] >> 56) + 1]; });
  std::partial_sum(part.begin(), part.end(), part.begin());
  std::vector<Sorted> all(size_);
  auto next = part;
  each([&](const Bucket& b, std::size_t i) {
    const bool second = &buckets_[homes(b.keys[i])[0]] != &b;
    all[next[b.keys[i] >> 56]++] = {b.keys[i], b.days[i], b.refs[i], second};
  });
  for (std::size_t p = 0; p + 1 < part.size(); ++p) {
    const auto at = [&](std::size_t i) { return all.begin() + static_cast<std::ptrdiff_t>(i); };
    std::sort(at(part[p]), at(part[p + 1]), [](const Sorted& x, const Sorted& y) { return x.key < y.key; });
  }
  return all;
}

template <class Value, class Weight>
void EntityTable<Value, Weight>::save(Packer& out) const {
  const std::size_t from = out.size();
  out.varint(buckets_.size());
  out.varint(evictions_);
  out.varint(size_);
  constexpr std::size_t kAhead = 16;  // values lie all over memory: each is asked for well before its turn
  const std::vector<Sorted> all = sorted();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i + kAhead < all.size()) __builtin_prefetch(&value(all[i + kAhead].ref));
    const Sorted& s = all[i];
    out.u64(s.key);
    out.signed_varint(std::int64_t{s.day} * 2 + (s.second ? 1 : 0));
    value(s.ref).save(out);
  }
  out.seal(from);
}

template <class Value, class Weight>
bool EntityTable<Value, Weight>::load(Unpacker& in) {
  const std::size_t from = in.at();
  const std::uint64_t buckets = in.varint();
  const std::uint64_t evictions = in.varint();
  const std::size_t n = in.length(9);
  if (buckets < 2 || n / kPlaces > buckets) return in.refuse();
  EntityTable fresh(0, weight_);
  fresh.most_ = most_;
  // Every entry to the bucket it was in, where there is room for so many buckets and so many were needed: a table grows when it is half full.
  const bool as_it_was = buckets <= most_ && (buckets == 2 || buckets <= n);
  if (as_it_was) fresh.buckets_ = std::vector<Bucket>(static_cast<std::size_t>(buckets));
  // Entries come by key and go all over the table: each waits until its bucket is there.
  struct Arrival {
    std::uint64_t key;
    std::int32_t day;
    std::uint32_t ref;
    Bucket* home;
  };
  std::array<Arrival, 16> waiting;
  const auto settle = [](const Arrival& a) {
    const std::size_t at = a.home->taken();
    if (at == kPlaces) return false;
    a.home->keys[at] = a.key;
    a.home->days[at] = a.day;
    a.home->refs[at] = a.ref;
    return true;
  };
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint64_t key = in.u64();
    const std::int64_t day = in.signed_varint();
    Value v{};
    if (!in.ok() || (i > 0 && key <= before) || (day >> 1) != static_cast<std::int32_t>(day >> 1) || !v.load(in)) return in.refuse();
    before = key;
    const auto on = static_cast<std::int32_t>(day >> 1);
    if (!as_it_was) {
      fresh.value(fresh.claim(key, on)) = std::move(v);
      continue;
    }
    Arrival& place = waiting[i % waiting.size()];
    if (i >= waiting.size() && !settle(place)) return in.refuse();
    place = {key, on, fresh.new_value(), &fresh.buckets_[fresh.homes(key)[static_cast<std::size_t>(day & 1)]]};
    ++fresh.size_;
    __builtin_prefetch(place.home, 1);
    __builtin_prefetch(place.home->refs.data(), 1);
    fresh.value(place.ref) = std::move(v);
  }
  for (std::size_t i = n - std::min(n, waiting.size()); as_it_was && i < n; ++i) {
    if (!settle(waiting[i % waiting.size()])) return in.refuse();
  }
  if (!in.sealed(from)) return false;
  fresh.evictions_ += evictions;
  *this = std::move(fresh);
  return true;
}

}  // namespace custos::behavior
