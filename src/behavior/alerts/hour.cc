#include "behavior/alerts/hour.h"

#include <algorithm>
#include <tuple>

namespace custos::behavior {

void AlertHour::add(ActorId actor, std::uint64_t actor_key, std::uint64_t kind, const Fact& fact) {
  const std::uint64_t key = mix(actor_key, kind);
  auto it = groups_.find(key);
  if (it == groups_.end()) {
    if (groups_.size() >= most_) {
      ++left_out_;
      return;
    }
    it = groups_.emplace(key, Group{actor, actor_key, kind, fact.object, fact.log, 0, fact.time, {}}).first;
  }
  Group& g = it.value();
  g.count += std::max(fact.count, 1u);
  g.last = std::max(g.last, fact.time);
  const Place place{fact.time, fact.where()};
  if (g.places.size() == kMostPlaces) {
    if (!(place < g.places.back())) return;
    g.places.pop_back();
  }
  g.places.insert(std::upper_bound(g.places.begin(), g.places.end(), place), place);
}

std::vector<const AlertHour::Group*> AlertHour::in_order() const {
  std::vector<const Group*> out;
  out.reserve(groups_.size());
  for (const auto& [key, group] : groups_) out.push_back(&group);
  std::sort(out.begin(), out.end(), [](const Group* a, const Group* b) { return std::tie(a->actor_key, a->kind) < std::tie(b->actor_key, b->kind); });
  return out;
}

std::size_t AlertHour::bytes() const {
  std::size_t n = groups_.bucket_count() * (sizeof(Group) + 16);
  for (const auto& [key, group] : groups_) n += group.places.capacity() * sizeof(Place);
  return n;
}

}  // namespace custos::behavior
