// An operation in progress: what every campaign is made of - steps in time, a pace that follows the stealth, labels.
// Derived from by campaigns/*.cc; handed to the other files of intruder/, which do single things for it.
// Lives as long as the run; steps may refer to the operation itself.
// One thread.
// Refuses nothing. It draws from a generator of its own, (seed, id of the campaign), never from that of a person.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "simulate/campaign.h"

namespace custos::simulate {

class Operation : public Actor {
 public:
  using Step = std::function<void(Micros now)>;

  Operation(const Brief& brief, Scene& scene);
  Micros wake(Micros now, Scene& scene) override;

  Scene& scene() { return scene_; }
  World& world() { return scene_.world; }
  Rng& rng() { return rng_; }
  double figure(const char* name, double otherwise) const { return brief_.figure(name, otherwise); }
  double stealth() const { return brief_.stealth; }

  // Times are multiplied by it: 1/5 at stealth 0, 1 at 0.5, 5 at 1.
  double stretch() const;
  // A time of the parameters, in hours at stealth 0.5, stretched and drawn around it (a quarter either way, mostly).
  Micros dwell(const char* name, double hours);
  // A number or an amount of the parameters at stealth 0.5: three times as much at 0, a third at 1.
  double amount(const char* name, double otherwise) const;
  unsigned count(const char* name, double otherwise, unsigned least = 1) const;
  // Whether the quieter of two means is taken this time: never at stealth 0, always at 1.
  bool quietly() { return rng_.chance(brief_.stealth); }

  // `days` at stealth 0.5 (growing by the factor `base` up to 1, shrinking by it down to 0) are laid into the run, from a working morning on.
  // Where they don't fit it begins with the first working day and ends when the run does. What needs people at work is made longer until it holds `workdays`.
  void lay(double days, double base = 5, unsigned workdays = 0);
  // It did begin later than laid: what follows moves with it, and is hurried where it fitted into the run before.
  void begun(Micros now);
  Micros begins() const { return starts_; }
  Micros ends() const { return starts_ + span_; }
  Micros point(double share) const { return starts_ + static_cast<Micros>(share * static_cast<double>(span_)); }

  void at(Micros when, Step step);
  // When `ready`, looked at about every `every` from then on.
  void when(Micros from, std::function<bool(Micros)> ready, Step step, Micros every = 17 * kMinute);
  // The first moment of a working day between two local hours that isn't before `t`; of any day with `any_day`.
  Micros between(Micros t, double first_hour, double last_hour, bool any_day = false);
  // So many seconds on average, never negative.
  Micros pause(double seconds);

  // A labelled act. `as`: whose account is used; nullptr where none of the institution's is.
  Act act(std::string_view stage, std::string_view technique, Micros when, const User* as, std::vector<Entity> entities);

 private:
  struct Turn {
    Micros at;
    std::uint64_t order;
    Step step;
    bool operator<(const Turn& o) const { return at != o.at ? at > o.at : order > o.order; }  // earliest on top
  };
  Brief brief_;
  std::map<std::string, double> figures_;
  Scene& scene_;
  Rng rng_;
  std::vector<Turn> turns_;
  std::uint64_t order_ = 0;
  Micros starts_ = 0, span_ = 0;
};

Entity host_entity(const Machine& m);
Entity user_entity(const User& u);

}  // namespace custos::simulate
