// What goes wrong without an enemy: forwarders that lose the collector for a while, servers that restart.
#include "simulate/life/life.h"

namespace custos::simulate {
namespace {

class Outages : public Actor {
 public:
  explicit Outages(Rng rng) : rng_(std::move(rng)) {}
  Micros wake(Micros now, Scene& scene) override {
    World& w = scene.world;
    const Faults& f = w.parameters->faults;
    if (next_ == 0) next_ = now + wait(w, f);
    if (now < next_) return next_;
    Machine& m = w.machines[rng_.below(w.machines.size())];
    m.cut_off_until = std::max(m.cut_off_until, now + static_cast<Micros>(rng_.draw(f.outage_minutes) * static_cast<double>(kMinute)));
    return next_ = now + wait(w, f);
  }

 private:
  Micros wait(const World& w, const Faults& f) {
    const double per_day = f.outages * static_cast<double>(w.machines.size());
    return per_day > 0 ? static_cast<Micros>(rng_.exponential(static_cast<double>(kDay) / per_day)) : kNever / 2;
  }
  Rng rng_;
  Micros next_ = 0;
};

class Restarts : public Actor {
 public:
  explicit Restarts(Rng rng) : rng_(std::move(rng)) {}
  Micros wake(Micros now, Scene& scene) override {
    World& w = scene.world;
    std::vector<Machine*> servers;
    for (const Kind k : {Kind::DomainController, Kind::FileServer, Kind::AppServer, Kind::Backup}) {
      for (Machine* m : w.all(k)) servers.push_back(m);
    }
    const double days = w.parameters->servers.at("dc_restart_days") / static_cast<double>(servers.size());
    const auto wait = static_cast<Micros>(rng_.exponential(days * static_cast<double>(kDay)));
    if (began_) {
      // Updates, at night: stopping, then starting a few minutes later.
      Machine& m = *rng_.pick(servers);
      const Micros night = w.calendar.next_midnight(now) + 3 * kHour + static_cast<Micros>(rng_.below(kHour));
      scene.windows.started({night}, m, true);
      scene.windows.started({night + static_cast<Micros>(2 + rng_.below(4)) * kMinute}, m, false);
    }
    began_ = true;
    return now + wait;
  }

 private:
  Rng rng_;
  bool began_ = false;
};

}  // namespace

void add_faults(Scene& scene, Actors& actors) {
  actors.push_back(std::make_unique<Outages>(Rng(scene.world.seed, "outages")));
  actors.push_back(std::make_unique<Restarts>(Rng(scene.world.seed, "restarts")));
}

}  // namespace custos::simulate
