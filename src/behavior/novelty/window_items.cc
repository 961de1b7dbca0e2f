#include "behavior/novelty/window_items.h"

#include <algorithm>
#include <tuple>

namespace custos::behavior {

void WindowItems::add(const Item& item, const Fact& fact) {
  const auto [it, fresh] = items_.try_emplace(mix(mix(item.key, item.group), item.actor), item);
  Item& i = it.value();
  if (fresh) i.first = fact.time;
  i.count += fact.count;
  i.last = fact.time;
  if (i.places < i.where.size()) i.where[i.places++] = fact.where();
}

std::vector<const Item*> WindowItems::in_order() const {
  std::vector<const Item*> out;
  out.reserve(items_.size());
  for (const auto& [key, item] : items_) out.push_back(&item);
  std::sort(out.begin(), out.end(), [](const Item* a, const Item* b) {
    return std::tie(a->actor, a->first, a->where[0], a->sort, a->key) < std::tie(b->actor, b->first, b->where[0], b->sort, b->key);
  });
  return out;
}

}  // namespace custos::behavior
