#include "simulate/sensors/cloud.h"

#include "base/hash.h"
#include "simulate/sensors/detail.h"

namespace custos::simulate {

Rng Cloud::ids(const Act& act, std::string_view who, std::string_view what) {
  const std::uint64_t key = hash64(what) * 0xC2B2AE3D27D4EB4Full ^ hash64(who) ^ static_cast<std::uint64_t>(act.at) * 0x9E3779B97F4A7C15ull;
  Seen& seen = seen_[(key >> 40) % seen_.size()];
  seen = {key, seen.act == key ? seen.times + 1 : 0};
  return detail(world_, act.at, who, hash64(what) + seen.times * 0x9E3779B97F4A7C15ull);
}

// Whose records say nothing of a machine are about the server that the service runs on.
std::uint32_t Cloud::machine_of(const User* who) const {
  if (who != nullptr && who->person != kNobody && world_.people[who->person].machine != kNobody) return world_.people[who->person].machine;
  return world_.first(Kind::AppServer).index;
}

void Cloud::put(Stream s, const Act& act, const User* who, std::string&& body, std::string&& id) {
  Pending p;
  p.due = p.stamp = act.at;
  p.stream = s;
  p.machine = machine_of(who);
  p.subject = act.person == kNobody ? kNobody : p.machine;  // services and strangers come from no computer of ours
  p.person = act.person;
  p.body = std::move(body);
  p.id = std::move(id);
  p.deed = act.deed;
  delivery_.add(std::move(p));
}

}  // namespace custos::simulate
