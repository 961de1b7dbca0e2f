#include "engine/incidents/reach.h"

#include <algorithm>

namespace custos::engine {

void Reach::meet(TextId name, TextId other, Micros at) {
  if (name == kNoText) return;
  auto found = entries_.find(name);
  if (found == entries_.end()) {
    if (entries_.size() >= kMostKnown) {
      crowded_ = true;
      return;
    }
    found = entries_.emplace(name, Entry{}).first;
    found.value().known.first = at;
  }
  Entry& e = found.value();
  if (other == kNoText || e.known.others == kMany) return;
  const auto end = e.others.begin() + e.known.others;
  if (std::find(e.others.begin(), end, other) == end) e.others[e.known.others++] = other;
}

void Reach::came_from(TextId user, TextId from, TextId to, Micros at) {
  if (user == kNoText || from == kNoText || from == to) return;
  if (sources_.size() >= kMostKnown && !sources_.contains(user)) {
    crowded_ = true;
    return;
  }
  std::vector<From>& list = sources_[user];
  const bool known = std::any_of(list.begin(), list.end(), [&](const From& f) { return f.name == from; });
  if (!known && list.size() < kMostSources) list.push_back({from, at});
}

std::vector<Reach::Source> Reach::sources(std::string_view account) const {
  std::vector<Source> out;
  const TextId id = texts_.find(account);
  const auto at = id == kNoText ? sources_.end() : sources_.find(id);
  if (at == sources_.end()) return out;
  for (const From& f : at->second) out.push_back({texts_.text(f.name), f.first});
  return out;
}

void Reach::take(const behavior::Fact& f) {
  using behavior::Kind;
  switch (f.kind) {
    case Kind::Contact:
      // A computer's own contacts say nothing of how many use it.
      if (!f.peer_ours) meet(f.peer, f.host, f.time);
      return;
    case Kind::Lookup: return meet(f.object, f.host, f.time);
    case Kind::Logon:
      if (f.failed) return;
      meet(f.host, f.user, f.time);
      meet(f.user, f.host, f.time);
      came_from(f.user, f.peer, f.host, f.time);
      return meet(f.peer, f.user, f.time);
    case Kind::Access: meet(f.user, f.host, f.time); return meet(f.host, f.user, f.time);
    case Kind::Run: meet(f.host, f.user, f.time); return meet(f.user, f.host, f.time);
    default: return;
  }
}

const Reached* Reach::of(std::string_view name) const {
  const TextId id = texts_.find(name);
  const auto at = id == kNoText ? entries_.end() : entries_.find(id);
  return at == entries_.end() ? nullptr : &at->second.known;
}

}  // namespace custos::engine
