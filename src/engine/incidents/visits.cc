#include "engine/incidents/visits.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/net/address.h"
#include "base/text.h"

namespace custos::engine {
namespace taking_visits {

constexpr Micros kTogether = 3'600 * kSecond;

}  // namespace taking_visits

void VisitTaker::Kept::add(const Spot& spot) {
  first = first == kNoTime ? spot.time : std::min(first, spot.time);
  last = std::max(last, spot.time);
  if (spots.size() == correlate::Visit::kPlaces && spots.back() < spot) return;
  spots.insert(std::lower_bound(spots.begin(), spots.end(), spot), spot);
  if (spots.size() > correlate::Visit::kPlaces) spots.pop_back();
}

void VisitTaker::Kept::add_object(std::uint64_t hash) {
  if (objects.size() == kMostObjects && objects.back() < hash) return;
  const auto at = std::lower_bound(objects.begin(), objects.end(), hash);
  if (at != objects.end() && *at == hash) return;
  objects.insert(at, hash);
  if (objects.size() > kMostObjects) objects.pop_back();
}

std::span<const std::uint32_t> VisitTaker::items_of(const correlate::Access& a) {
  if (!names_ || names_->bytes() > kMostNames) {
    items_ = std::make_unique<behavior::Items>(known_);
    names_ = std::make_unique<Dictionary>();
  }
  return items_->of(names_->intern(a.below), names_->intern(a.object), *names_);
}

void VisitTaker::keep(const correlate::Access& a) {
  const auto items = items_of(a);
  if (items.empty()) return;
  const TextId user = texts_.intern(a.domain.empty() ? a.user : (text_.assign(a.domain).append("\\").append(a.user)));
  const TextId from = texts_.intern(a.from);
  // Computers number their sessions; what clouds call a session is often one of each record.
  const bool numbered = a.session.starts_with("0x") && !a.computer.empty();
  const TextId session = numbered ? texts_.intern(text_.assign(a.session).append(" on ").append(a.computer.substr(0, a.computer.find('.')))) : kNoText;
  const std::uint64_t object = hash64(a.object) ^ (hash64(a.below) << 1);
  for (const std::uint32_t item : items) {
    const Key key{item, user, from, session, a.time - a.time % taking_visits::kTogether, a.deed, a.program};
    auto at = kept_.find(key);
    if (at == kept_.end()) {
      if (kept_.size() >= kMostVisits) {
        ++left_out_;
        continue;
      }
      at = kept_.emplace(key, Kept{}).first;
    }
    ++at->second.records;
    at->second.add({a.time, a.source, a.offset, a.record});
    at->second.add_object(object);
  }
}

// Resolves names and joins what several workers saw of one visit.
class VisitJoiner {
 public:
  VisitJoiner(const Institution& known, const institution::Resolver& resolver) : known_(known), resolver_(resolver), items_(known) {
    for (const Person& p : known.people) {
      for (const Account& a : p.accounts) people_.emplace(fold(a.domain.empty() ? a.name : a.domain + "\\" + a.name), &p);
    }
    for (const Host& h : known.hosts) {
      if (!h.owner.empty() && !h.shared) owners_.emplace(fold(h.name), h.owner);
    }
  }

  void add(const VisitTaker& worker) {
    for (const auto& [key, kept] : worker.kept_) {
      const std::string_view user = worker.texts_.text(key.user), from = worker.texts_.text(key.from);
      const Answer account = resolver_.account(user);
      Named named{key.item, account.known() ? account.value : fold(user), {}, fold(worker.texts_.text(key.session)), key.hour, key.deed, key.program, false};
      place(from, kept.first, named);
      VisitTaker::Kept& into = joined_[named];
      into.records += kept.records;
      for (const VisitTaker::Spot& s : kept.spots) into.add(s);
      into.last = std::max(into.last, kept.last);
      for (const std::uint64_t o : kept.objects) into.add_object(o);
    }
  }

  std::vector<correlate::Visit> finish(const std::function<std::string(std::uint32_t)>& file_of) const {
    std::vector<correlate::Visit> out;
    for (const auto& [n, kept] : joined_) {
      correlate::Visit v;
      v.item = n.item;
      v.account = n.account;
      v.from = n.from;
      v.outside = n.outside;
      v.session = n.session;
      v.deed = n.deed;
      v.program = n.program;
      v.first = kept.first;
      v.last = kept.last;
      v.records = kept.records;
      v.objects = static_cast<std::uint32_t>(kept.objects.size());
      for (const VisitTaker::Spot& s : kept.spots) v.places.push_back({file_of(s.source), s.offset, s.record});
      if (const auto at = people_.find(n.account); at != people_.end()) {
        const auto owner = owners_.find(n.from);
        if (owner != owners_.end()) v.desk = owner->second == at->second->id ? correlate::Desk::Own : correlate::Desk::Others;
        v.called_for = items_.called_for(*at->second, n.item, kept.first);
        const std::vector<std::string>& whose = known_.items[n.item].people;
        v.own_item = whose.size() == 1 && whose[0] == at->second->id;
      }
      out.push_back(std::move(v));
    }
    std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    return out;
  }

 private:
  struct Named {
    std::uint32_t item;
    std::string account, from, session;
    Micros hour;
    correlate::Deed deed;
    bool program, outside;
    auto operator<=>(const Named&) const = default;
  };

  void place(std::string_view from, Micros at, Named& named) const {
    if (from.empty()) return;
    const Answer host = resolver_.host(from, at);
    const auto address = parse_address(from);
    named.from = host.known() ? host.value : address ? text_of(*address) : fold(from.substr(0, from.find('.')));
    named.outside = address && !host.known() && !resolver_.ours(from) && !is_private(*address);
  }

  const Institution& known_;
  const institution::Resolver& resolver_;
  behavior::Items items_;
  std::map<std::string, const Person*, std::less<>> people_;
  std::map<std::string, std::string, std::less<>> owners_;
  std::map<Named, VisitTaker::Kept> joined_;
};

std::vector<correlate::Visit> visits_of(std::span<const VisitTaker* const> workers, const Institution& known, const institution::Resolver& resolver,
                                        const std::function<std::string(std::uint32_t source)>& file_of) {
  VisitJoiner joiner(known, resolver);
  for (const VisitTaker* w : workers) joiner.add(*w);
  return joiner.finish(file_of);
}

}  // namespace custos::engine
