#include "behavior/facts/together.h"

#include <algorithm>
#include <tuple>

namespace custos::behavior {
namespace counting_together {

constexpr Micros kPresence = 900 * kSecond, kTraces = 3600 * kSecond, kOthers = 600 * kSecond;

// Number of the stretch of time within which equal facts are one.
std::uint64_t stretch(const Fact& f) {
  const auto t = static_cast<std::uint64_t>(f.time);
  switch (f.kind) {
    case Kind::Presence: return t / kPresence;
    case Kind::Trace: return t / kTraces;
    default: return t / kOthers;
  }
}

std::uint64_t hash(const Fact& f) {
  const auto pair = [](std::uint64_t a, std::uint64_t b) { return a << 32 | b; };
  std::uint64_t x = pair(f.host, f.user) * 0x9E3779B97F4A7C15u ^ pair(f.peer, f.object) * 0xC2B2AE3D27D4EB4Fu;
  x = (x ^ x >> 29 ^ pair(f.log, static_cast<std::uint64_t>(f.kind) * 2 + f.failed) ^ stretch(f) << 8) * 0x165667B19E3779F9u;
  return x ^ x >> 32;
}

bool equal(const Fact& a, const Fact& b) {
  const auto in_common = [](const Fact& f) { return std::tuple(f.host, f.user, f.peer, f.object, f.log, f.kind, f.failed); };
  return in_common(a) == in_common(b) && stretch(a) == stretch(b);
}

constexpr std::uint64_t upper(std::uint64_t hash_or_slot) { return hash_or_slot >> 32; }
constexpr std::size_t place_in(std::uint64_t slot) { return static_cast<std::uint32_t>(slot) - 1; }

}  // namespace counting_together

Together::Together() : slots_(kSlots, 0) { facts_.reserve(kMost); }

void Together::count(const Fact& fact, std::vector<Fact>& out) {
  if (taken_ - placed_ == kWaiting) place(waiting_[placed_++ % kWaiting], out);
  Waiting& w = waiting_[taken_++ % kWaiting];
  w = {fact, counting_together::hash(fact)};
  __builtin_prefetch(&slots_[w.hash % kSlots]);
  if (taken_ - placed_ > kWaiting / 2) ask_for_fact(waiting_[(placed_ + kWaiting / 2 - 1) % kWaiting]);
}

void Together::ask_for_fact(const Waiting& w) const {
  using namespace counting_together;
  const std::uint64_t slot = slots_[w.hash % kSlots];
  if (slot != 0 && upper(slot) == upper(w.hash)) __builtin_prefetch(&facts_[place_in(slot)]);
}

void Together::place(const Waiting& w, std::vector<Fact>& out) {
  using namespace counting_together;
  for (std::size_t at = w.hash % kSlots;; at = (at + 1) % kSlots) {
    std::uint64_t& slot = slots_[at];
    if (slot == 0) {
      facts_.push_back(w.fact);
      slot = upper(w.hash) << 32 | facts_.size();
      if (facts_.size() == kMost) write_out(out);
      return;
    }
    if (upper(slot) != upper(w.hash)) continue;
    Fact& first = facts_[place_in(slot)];
    if (!equal(first, w.fact)) continue;
    first.count += w.fact.count;
    first.sent += w.fact.sent;
    first.received += w.fact.received;
    if (std::tie(w.fact.time, w.fact.offset) < std::tie(first.time, first.offset)) {
      first.time = w.fact.time;
      first.offset = w.fact.offset;
    }
    return;
  }
}

void Together::write_out(std::vector<Fact>& out) {
  out.insert(out.end(), facts_.begin(), facts_.end());
  facts_.clear();
  std::fill(slots_.begin(), slots_.end(), 0);
}

void Together::flush(std::vector<Fact>& out) {
  while (placed_ < taken_) place(waiting_[placed_++ % kWaiting], out);
  write_out(out);
}

}  // namespace custos::behavior
