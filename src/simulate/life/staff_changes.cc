// Joiners, movers and leavers: accounts are made, groups changed, accounts disabled, by an administrator at the domain controller.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "simulate/life/life.h"

namespace custos::simulate {
namespace {

struct Change {
  Micros at;
  enum class What : std::uint8_t { Joins, Moves, Leaves } what;
  std::uint32_t person;
};

class Personnel : public Actor {
 public:
  Personnel(std::vector<Change> changes, Rng rng) : changes_(std::move(changes)), rng_(std::move(rng)) {}

  Micros wake(Micros now, Scene& scene) override {
    while (next_ < changes_.size() && changes_[next_].at <= now) carry_out(changes_[next_++], scene);
    return next_ < changes_.size() ? changes_[next_].at : kNever;
  }

 private:
  void carry_out(const Change& c, Scene& scene) {
    World& w = scene.world;
    const auto administrator = std::find_if(w.people.begin(), w.people.end(), [&](const Colleague& p) { return p.admin != nullptr && p.employed.holds(c.at); });
    if (administrator == w.people.end()) return;
    Colleague& who = w.people[c.person];
    Machine& dc = w.first(Kind::DomainController);
    const Machine& desk = w.machines[administrator->machine];
    const Act act{c.at, administrator->index, nullptr};
    const Session s = scene.windows.logon(act, dc, *administrator->admin, {.type = 3, .from = desk.address, .port = 51'000});
    using What = Windows::AccountChange;
    const std::string group = "GG-" + who.unit;
    switch (c.what) {
      case Change::What::Joins:
        scene.windows.account(act.then(20 * kSecond), dc, s, *who.user, What::Created);
        scene.windows.account(act.then(21 * kSecond), dc, s, *who.user, What::Enabled);
        scene.windows.account(act.then(22 * kSecond), dc, s, *who.user, What::PasswordReset);
        scene.windows.member(act.then(40 * kSecond), dc, s, *who.user, group, true);
        break;
      case Change::What::Moves: {
        scene.windows.member(act.then(20 * kSecond), dc, s, *who.user, group, false);
        const Role& to = w.parameters->roles[rng_.below(w.parameters->roles.size())];
        if (to.admin) break;
        who.unit = to.unit;
        std::vector<std::uint32_t> folders;
        for (std::uint32_t f = 0; f < w.folders.size(); ++f) {
          // What one worked on is still opened for a while; the new unit's papers come on top.
          const bool kept = std::find(who.folders.begin(), who.folders.end(), f) != who.folders.end() && rng_.chance(0.4);
          if (kept || w.folders[f].unit == to.unit) folders.push_back(f);
        }
        who.folders = std::move(folders);
        scene.windows.member(act.then(50 * kSecond), dc, s, *who.user, "GG-" + to.unit, true);
        break;
      }
      case Change::What::Leaves: scene.windows.account(act.then(30 * kSecond), dc, s, *who.user, What::Disabled); break;
    }
    scene.windows.logoff(act.then(4 * kMinute), s);
  }

  std::vector<Change> changes_;
  std::size_t next_ = 0;
  Rng rng_;
};

}  // namespace

void add_staff_changes(Scene& scene, Actors& actors) {
  World& w = scene.world;
  const Parameters& p = *w.parameters;
  Rng rng(w.seed, "personnel");
  const double weeks = static_cast<double>(w.end - w.begin) / static_cast<double>(7 * kDay);
  const double hundreds = static_cast<double>(w.people.size()) / 100;
  std::vector<Change> changes;
  std::set<std::uint32_t> taken;
  const auto draw = [&](Change::What what, double rate) {
    for (unsigned n = rng.poisson(rate * hundreds * weeks); n > 0; --n) {
      const auto one = static_cast<std::uint32_t>(rng.below(w.people.size()));
      if (w.people[one].admin != nullptr || !taken.insert(one).second) continue;
      const Micros day = w.calendar.midnight(w.begin + static_cast<Micros>(rng.below(static_cast<std::uint64_t>(w.end - w.begin))));
      const Micros at = day + 9 * kHour + static_cast<Micros>(rng.below(6 * kHour));
      changes.push_back({at, what, one});
      if (what == Change::What::Joins) w.people[one].employed.from = w.calendar.next_midnight(day);
      if (what == Change::What::Leaves) w.people[one].employed.until = day;
    }
  };
  draw(Change::What::Joins, p.joiners);
  draw(Change::What::Leaves, p.leavers);
  draw(Change::What::Moves, p.movers);
  std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) { return a.at != b.at ? a.at < b.at : a.person < b.person; });
  actors.push_back(std::make_unique<Personnel>(std::move(changes), Rng(w.seed, "personnel/life")));
}

}  // namespace custos::simulate
