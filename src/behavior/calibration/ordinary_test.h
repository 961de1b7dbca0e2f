// Made-up ordinary life for detector_calibration_test.cc, of every kind of fact a detector listens to.
// Included by that test alone; each life adds the facts of one window of a made-up institution.
// Facts hold texts of the stage's dictionary; a stage is one institution from its first window to its last.
// One thread.
// Refuses nothing. Stationary: what happens in a window depends on its number only where old habits give way to new ones, at a steady rate.
#pragma once

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "behavior/detector.h"
#include "behavior/statistics/random_test.h"
#include "model/institution.h"

namespace custos::behavior::ordinary {

using testing::Draws;

// An institution of so many people, each with a computer, in three units.
class Stage {
 public:
  Stage(int people, Micros length, std::uint64_t seed) : draws{seed}, people_(people), length_(length) {
    known_.domain = "court.example.org";
    for (int a = 0; a < people; ++a) {
      Host h;
      h.name = fmt::format("ws-{}", a);
      known_.hosts.push_back(h);
      Person p;
      p.id = p.name = fmt::format("u{}", a);
      p.unit = fmt::format("unit {}", a % 3);
      Account own;
      own.name = p.id;
      own.kind = "person";
      p.accounts.push_back(own);
      known_.people.push_back(p);
    }
    ProtectedItem item;
    item.id = item.title = "sealed";
    item.kind = "folder";
    item.match = {"*sealed*"};
    known_.items.push_back(item);
    for (int a = 0; a < people; ++a) {
      hosts_.push_back(texts.intern(known_.hosts[static_cast<std::size_t>(a)].name));
      users_.push_back(texts.intern(known_.people[static_cast<std::size_t>(a)].id));
    }
  }
  const Institution& known() const { return known_; }
  int people() const { return people_; }
  TextId host(int a) const { return hosts_[static_cast<std::size_t>(a)]; }
  TextId user(int a) const { return users_[static_cast<std::size_t>(a)]; }
  Micros begin() const { return static_cast<Micros>(number) * length_; }
  Micros length() const { return length_; }

  // A fact of the window, at any of its times.
  Fact& add(Kind kind) { return add(kind, draws.uniform()); }
  Fact& add(Kind kind, double at) {
    Fact f;
    f.kind = kind;
    f.time = begin() + std::min(length_ - 1, static_cast<Micros>(at * static_cast<double>(length_)));
    f.offset = ++records_;
    f.source = 1;
    f.host_ours = true;
    facts.push_back(f);
    return facts.back();
  }

  Dictionary texts;
  Draws draws;
  std::vector<Fact> facts;   // of the window that is open
  std::uint32_t number = 0;  // of the window
  bool judged = false;       // it neither teaches nor calibrates
 private:
  Institution known_;
  int people_;
  Micros length_;
  std::uint64_t records_ = 0;
  std::vector<TextId> hosts_, users_;
};

class Life {
 public:
  virtual ~Life() = default;
  virtual void live(Stage& s) = 0;
};

// Rank n with weight 1 / n, of so many: from 1 on.
inline int zipf(Draws& d, int most) { return static_cast<int>(std::pow(most + 1.0, d.uniform())); }
inline bool by_chance(Draws& d, double p) { return d.uniform() < p; }
inline std::string letters(Draws& d, std::size_t n) {
  std::string out;
  for (std::size_t i = 0; i < n; ++i) out += "abcdefghijklmnopqrstuvwxyz234567"[d.next() % 32];
  return out;
}
// A name as people make them.
inline std::string word(Draws& d, int syllables) {
  std::string out;
  for (int i = 0; i < syllables; ++i) {
    out += "bcdfghklmnprstvw"[d.next() % 16];
    out += "aeiou"[d.next() % 5];
    if (d.next() % 3 == 0) out += "nrslt"[d.next() % 5];
  }
  return out;
}

// Which of the things there are somebody takes.
struct Shares {
  double own = 0.55, everybodys = 0.4, fresh = 0.05;  // of habits of one's own, of what everybody has, of what nobody ever had
  double lately = 0;                                  // what one does for some weeks, before other things take its place
  int habits = 12, common = 40;                       // how many habits one has, and how many things everybody has
};
inline std::string pick(Stage& s, int a, const Shares& shares) {
  const double u = s.draws.uniform();
  if (u < shares.own) return fmt::format("o{}-{}", a, zipf(s.draws, shares.habits));
  if (u < shares.own + shares.everybodys) return fmt::format("c{}", zipf(s.draws, shares.common));
  if (u < shares.own + shares.everybodys + shares.lately) return fmt::format("w{}-{}-{}", a, (s.number + 7u * static_cast<unsigned>(a)) / 15, zipf(s.draws, 4));
  return "n" + letters(s.draws, 9);
}

std::unique_ptr<Life> life_of_access(Shares shares);
std::unique_ptr<Life> life_of_execution(Shares shares);
std::unique_ptr<Life> life_of_templates(Shares shares);
// `odd`: of judged windows, the share in which somebody opens eightfold: what no ordinary life has.
std::unique_ptr<Life> life_of_hoarding(double odd = 0);
// mistypes: how much of it there is; rare: hardly ever two on a day, and nobody tries names from outside.
enum class Mistypes : std::uint8_t { Common, Rare };
std::unique_ptr<Life> life_of_credentials(Mistypes mistypes = Mistypes::Common);
// `kept`: of small sites, the share that is gone back to for some weeks; the others are seen once.
std::unique_ptr<Life> life_of_dns(double kept = 0);
std::unique_ptr<Life> life_of_nxdomain();
std::unique_ptr<Life> life_of_egress();
std::unique_ptr<Life> life_of_beacon();
// Desks rest at night, and their logs are often silent; servers never rest, and a log of theirs is silent one hour in 500.
enum class Machines : std::uint8_t { Desks, Servers };
std::unique_ptr<Life> life_of_silence(Machines machines);
std::unique_ptr<Life> life_of_alerts();

}  // namespace custos::behavior::ordinary
