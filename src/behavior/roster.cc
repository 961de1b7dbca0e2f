#include "behavior/roster.h"

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"

namespace custos::behavior {

Roster::Roster(const Institution& known, Dictionary& texts) : known_(known), texts_(texts) {
  for (const Host& h : known.hosts) known_hosts_.emplace(fold(h.name), &h);
  const auto account = [this](const Account& a) {
    known_accounts_.emplace(fold(a.name), &a);
    if (!a.domain.empty()) known_accounts_.emplace(fold(a.domain + "\\" + a.name), &a);
    if (!a.upn.empty()) known_accounts_.emplace(fold(a.upn), &a);
  };
  for (const Person& p : known.people) {
    known_people_.emplace(fold(p.id), &p);
    for (const Account& a : p.accounts) {
      account(a);
      if (a.kind != "person") continue;
      known_people_.emplace(fold(a.name), &p);
      if (!a.domain.empty()) known_people_.emplace(fold(a.domain + "\\" + a.name), &p);
      if (!a.upn.empty()) known_people_.emplace(fold(a.upn), &p);
    }
  }
  for (const Account& a : known.accounts) account(a);
}

std::uint64_t Roster::key(TextId text) {
  if (text >= keys_.size()) keys_.resize(std::max<std::size_t>(texts_.size(), std::size_t{text} + 1));
  std::uint64_t& k = keys_[text];
  if (k == 0) k = hash64(texts_.text(text)) | 1;
  return k;
}

ActorId Roster::actor(std::vector<ActorId>& of, TextId name, Who who) {
  if (name >= of.size()) of.resize(std::max<std::size_t>(texts_.size(), std::size_t{name} + 1), kNoActor);
  if (of[name] != kNoActor) return of[name];
  Actor a;
  a.who = who;
  a.name = name;
  a.key = mix(key(name), who == Who::Host ? 1 : 2);
  describe(a);
  const auto id = static_cast<ActorId>(actors_.size());
  actors_.push_back(a);
  return of[name] = id;
}

void Roster::describe(Actor& a) const {
  const std::string name(texts_.text(a.name));
  std::string group;
  if (a.who == Who::Host) {
    const auto it = known_hosts_.find(name);
    if (it == known_hosts_.end()) return;
    const auto& roles = it->second->roles;
    const bool desk = roles.empty() || std::find(roles.begin(), roles.end(), "workstation") != roles.end();
    a.role = desk ? Role::Workstation : Role::Server;
    group = roles.empty() ? "workstation" : roles.front();
  } else {
    const auto account = known_accounts_.find(name);
    const auto person = known_people_.find(name);
    if (account != known_accounts_.end() && account->second->kind != "person") {
      a.role = account->second->kind == "admin" ? Role::Admin : Role::Service;
      group = account->second->kind;
    } else if (person != known_people_.end()) {
      a.role = Role::Person;
      a.person = person->second;
      group = "unit " + person->second->unit;
    }
  }
  if (!group.empty()) a.peers = mix(hash64(group), a.who == Who::Host ? 3 : 4);
}

}  // namespace custos::behavior
