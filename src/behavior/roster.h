// Whom findings of behaviour are about: computers and accounts, each a number, with its role and its peers as the institution knows them.
// Filled by analysis.cc as facts come; asked by detectors.
// Numbers and keys live as long as the roster; a key is the same in every run, a number is not.
// One thread.
// Refuses nothing: whom the institution does not know has no peers but everybody.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/dictionary.h"
#include "base/time.h"
#include "model/institution.h"

namespace custos::behavior {

enum class Who : std::uint8_t { Host, User };

using ActorId = std::uint32_t;
inline constexpr ActorId kNoActor = 0xFFFFFFFF;

// Roles whose ordinary days differ: each is calibrated by itself.
enum class Role : std::uint8_t { Unknown, Workstation, Server, Person, Admin, Service };

struct Actor {
  Who who = Who::Host;
  Role role = Role::Unknown;
  TextId name = kNoText;
  std::uint64_t key = 0;    // of "host ws-014"
  std::uint64_t peers = 0;  // of its group: the unit of a person, the role of a computer; 0: none
  const Person* person = nullptr;
};

class Roster {
 public:
  Roster(const Institution& known, Dictionary& texts);

  ActorId host(TextId name) { return name == kNoText ? kNoActor : actor(hosts_, name, Who::Host); }
  ActorId user(TextId name) { return name == kNoText ? kNoActor : actor(users_, name, Who::User); }
  const Actor& at(ActorId id) const { return actors_[id]; }
  std::size_t size() const { return actors_.size(); }
  // The same in every run.
  std::uint64_t key(TextId text);
  std::string_view text(TextId id) const { return texts_.text(id); }
  Dictionary& texts() { return texts_; }
  const Institution& known() const { return known_; }

 private:
  ActorId actor(std::vector<ActorId>& of, TextId name, Who who);
  void describe(Actor& a) const;

  const Institution& known_;
  Dictionary& texts_;
  std::vector<ActorId> hosts_, users_;  // by TextId
  std::vector<std::uint64_t> keys_;     // by TextId; 0: not computed
  std::vector<Actor> actors_;
  std::unordered_map<std::string, const Host*> known_hosts_;
  std::unordered_map<std::string, const Person*> known_people_;
  std::unordered_map<std::string, const Account*> known_accounts_;  // of nobody in person, and people's own, by name and UPN
};

// Mixes two keys into one.
constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t x = (a ^ (b + 0x9E3779B97F4A7C15ull + (a << 6) + (a >> 2))) * 0xFF51AFD7ED558CCDull;
  x ^= x >> 33;
  x *= 0xC4CEB9FE1A85EC53ull;
  return x ^ (x >> 33);
}

}  // namespace custos::behavior
