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
      if (!a.known() && a.candidates.empty() && a.from.empty() && !resolver_.ours(e.value)) return;
      keep(e, "host", std::move(a));
    } else if (e.kind == "host") {
      Answer a = resolver_.host(e.value, f.time);
      if (a.value != fold(e.value)) keep(e, "host", std::move(a));
    } else if (e.kind == "user") {
      Answer a = resolver_.account(e.qualified.empty() ? e.value : e.qualified);
      Answer owner = a.known() ? resolver_.person(a.value) : Answer{};
      // An account that is only what the record says it is tells nothing new.
      if (a.ambiguous() || (a.known() && a.value != fold(e.value) && (a.from != "the event" || !e.qualified.empty()))) keep(e, "account", std::move(a));
      if (owner.known() || owner.ambiguous()) keep(e, "person", std::move(owner));
    }
  }

 private:
  void keep(Entity& e, std::string_view kind, Answer&& a) {
    ++(a.known() ? counts_.known : a.ambiguous() ? counts_.ambiguous : counts_.open);
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
