// Alerts of the hour that is open, by whom they are about and of which kind: how many, when, and where the first ones stand.
// Filled by detectors/alerts.cc while facts come; emptied when the hour is over.
// Groups live until clear().
// One thread.
// Refuses new groups past its bound, and counts their alerts.
#pragma once

#include <cstdint>
#include <vector>

#include <tsl/robin_map.h>

#include "behavior/fact.h"
#include "behavior/roster.h"

namespace custos::behavior {

class AlertHour {
 public:
  static constexpr std::size_t kMostPlaces = 64;

  struct Place {
    Micros time = 0;
    Where where;
    auto operator<=>(const Place&) const = default;
  };
  struct Group {
    ActorId actor = kNoActor;
    std::uint64_t actor_key = 0, kind = 0;  // the same in every run
    TextId what = kNoText, log = kNoText;
    std::uint64_t count = 0;
    Micros last = kNoTime;
    std::vector<Place> places;  // the first ones, in order
  };

  explicit AlertHour(std::size_t most) : most_(most) {}

  void add(ActorId actor, std::uint64_t actor_key, std::uint64_t kind, const Fact& fact);
  // By actor, then by kind: the same in every run, whatever the order of equal times.
  std::vector<const Group*> in_order() const;
  void clear() { groups_.clear(); }
  bool empty() const { return groups_.empty(); }
  std::size_t bytes() const;
  std::uint64_t left_out() const { return left_out_; }

 private:
  std::size_t most_;
  std::uint64_t left_out_ = 0;
  tsl::robin_map<std::uint64_t, Group> groups_;
};

}  // namespace custos::behavior
