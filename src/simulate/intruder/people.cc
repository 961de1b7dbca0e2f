#include "simulate/intruder/people.h"

#include <algorithm>

namespace custos::simulate {

Machine& machine_of(World& w, const Colleague& c) { return w.machines[c.machine]; }

bool reachable(const Machine& m) { return m.powered && m.inside(); }

bool at_work(World& w, const Colleague& c) {
  const Machine& m = machine_of(w, c);
  return m.user == c.index && m.powered;
}

bool at_desk(World& w, const Colleague& c) {
  const Machine& m = machine_of(w, c);
  return m.user == c.index && reachable(m);
}

bool stays(const World& w, const Colleague& c) { return c.employed.holds(w.begin) && (c.employed.until == kNoTime || c.employed.until >= w.end); }

Colleague* one_who_stays(const World& w, const std::vector<Colleague*>& of) {
  const auto at = std::find_if(of.begin(), of.end(), [&](const Colleague* c) { return stays(w, *c); });
  return at == of.end() ? nullptr : *at;
}

std::vector<Colleague*> regulars(Operation& op, const std::function<bool(const Colleague&)>& suits) {
  World& w = op.world();
  std::vector<int> seats(w.machines.size(), 0);
  for (const Colleague& c : w.people) ++seats[c.machine];
  std::vector<Colleague*> out;
  for (Colleague& c : w.people) {
    if (stays(w, c) && seats[c.machine] == 1 && machine_of(w, c).windows && suits(c)) out.push_back(&c);
  }
  for (std::size_t i = out.size(); i > 1; --i) std::swap(out[i - 1], out[op.rng().below(i)]);
  return out;
}

Keys keys(Operation& op) {
  World& w = op.world();
  const auto all = regulars(op, [](const Colleague& c) { return c.admin != nullptr; });
  if (!all.empty()) return {all.front()->admin, all.front()->user, &machine_of(w, *all.front()), all.front()->index};
  for (const Colleague& c : w.people) {
    if (c.admin != nullptr) return {c.admin, c.user, &machine_of(w, c), c.index};
  }
  return {service_user(w, 0), w.people.front().user, &w.first(Kind::Backup), kNobody};
}

double reach(const World&, const Colleague& c) { return static_cast<double>(c.folders.size()) + static_cast<double>(c.cases.size()); }

const User* service_user(const World& w, std::size_t n) {
  for (const User& u : w.users) {
    if (u.person == kNobody && n-- == 0) return &u;
  }
  return nullptr;
}

}  // namespace custos::simulate
