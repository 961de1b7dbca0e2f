#include "engine/attribution/identities.h"

#include <algorithm>

#include "base/text.h"

namespace custos::engine {
namespace identifying {

// Equal records are folded into one finding: what was true of the first must be true of the last, else both are candidates.
Answer throughout(Answer first, const Answer& last) {
  if (first.value == last.value) {
    if (first.known() && last.span.until != kNoTime) first.span.until = last.span.until;
    return first;
  }
  for (const std::string& c : last.candidates) {
    if (std::find(first.candidates.begin(), first.candidates.end(), c) == first.candidates.end()) first.candidates.push_back(c);
  }
  if (first.candidates.empty()) first.from = last.from;
  if (first.candidates.size() == 1) {
    // Known at one end, open at the other.
    first.from = "known for a part of the time only";
  } else {
    first.from = "it changed hands";
  }
  first.value.clear();
  first.span = {};
  return first;
}

class Identifier {
 public:
  Identifier(const institution::Resolver& resolver, IdentityCoverage& counts) : resolver_(resolver), counts_(counts) {}

  void entity(Entity& e, const Finding& f) {
    if (e.kind == "address") {
      Answer a = resolver_.host(e.value, f.time);
      if (f.last_time != f.time) a = throughout(std::move(a), resolver_.host(e.value, f.last_time));
      if (a.from.empty() && !resolver_.ours(e.value)) return;  // a stranger's
      count(a.known(), a.ambiguous());
      keep(e, "host", std::move(a));
    } else if (e.kind == "host") {
      Answer a = resolver_.host(e.value, f.time);
      count(a.known(), a.ambiguous());
      if (a.value != fold(e.value)) keep(e, "host", std::move(a));
    } else if (e.kind == "user") {
      user(e, f);
    }
  }

 private:
  void user(Entity& e, const Finding& f) {
    const bool bare = e.domain.empty() && e.sid.empty();
    Answer a = bare ? resolver_.account(e.value) : resolver_.account(e.domain, e.value, e.sid);
    if (!a.known() && !a.ambiguous()) return;  // every computer's own account
    Answer owner = a.known() ? resolver_.person(a.value, f.time) : Answer{};
    if (a.known() && f.last_time != f.time) owner = throughout(std::move(owner), resolver_.person(a.value, f.last_time));
    // An account that only the record speaks of: its full name is told, whose it is is not known.
    const bool only_said = a.from == "the event";
    count(a.known() && !only_said && !owner.ambiguous(), a.ambiguous() || owner.ambiguous());
    if (a.ambiguous() || (a.value != fold(e.value) && !(only_said && bare))) keep(e, "account", std::move(a));
    keep(e, "person", std::move(owner));
  }

  void count(bool known, bool ambiguous) { ++(known ? counts_.known : ambiguous ? counts_.ambiguous : counts_.open); }
  static void keep(Entity& e, std::string_view kind, Answer&& a) {
    if (a.known() || !a.candidates.empty() || !a.from.empty()) e.identities.push_back({std::string(kind), std::move(a)});
  }

  const institution::Resolver& resolver_;
  IdentityCoverage& counts_;
};

}  // namespace identifying

IdentityCoverage identify(std::vector<Finding>& findings, const institution::Resolver& resolver) {
  IdentityCoverage counts;
  counts.forgotten = resolver.forgotten();
  identifying::Identifier identifier(resolver, counts);
  for (Finding& f : findings) {
    for (Entity& e : f.entities) identifier.entity(e, f);
  }
  return counts;
}

}  // namespace custos::engine
