#include "engine/hunting/entity_report.h"

#include <algorithm>
#include <tuple>

namespace custos::engine {

void Times::add(std::uint64_t n, Micros from, Micros to) {
  count += n;
  if (from == kNoTime) return;
  first = first == kNoTime ? from : std::min(first, from);
  last = std::max(last, to);
}

void EntityReport::add(std::string_view kind, const Times& times) {
  if (times.count == 0) return;
  all.add(times.count, times.first, times.last);
  kinds[std::string(kind)].add(times.count, times.first, times.last);
}

bool HitList::before(const EntityHit& a, const EntityHit& b) const {
  const auto place = [](const EntityHit& h) { return std::tie(h.source, h.offset); };
  if ((a.time == kNoTime) != (b.time == kNoTime)) return a.time != kNoTime;
  if (a.time != b.time) return query_.newest ? a.time > b.time : a.time < b.time;
  return query_.newest ? place(a) > place(b) : place(a) < place(b);
}

bool HitList::later(Micros a, Micros b) const {
  if (a == kNoTime || b == kNoTime) return a != kNoTime;
  return query_.newest ? b < a : b > a;
}

bool HitList::makes_room(const EntityHit& hit) {
  if (query_.most == 0 || !query_.wants(hit.time)) return false;
  if (hits_.size() < query_.most) return true;
  if (!before(hit, hits_.front())) return false;
  std::pop_heap(hits_.begin(), hits_.end(), [this](const EntityHit& a, const EntityHit& b) { return before(a, b); });
  hits_.pop_back();
  return true;
}

void HitList::put(EntityHit hit) {
  hits_.push_back(std::move(hit));
  std::push_heap(hits_.begin(), hits_.end(), [this](const EntityHit& a, const EntityHit& b) { return before(a, b); });
}

std::vector<EntityHit> HitList::take() {
  std::sort_heap(hits_.begin(), hits_.end(), [this](const EntityHit& a, const EntityHit& b) { return before(a, b); });
  return std::move(hits_);
}

}  // namespace custos::engine
