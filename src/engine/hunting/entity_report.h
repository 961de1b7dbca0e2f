// All about one entity of a case: what it did and had done to it, when, beside whom, and the records that say so.
// Filled by the index of a case or event by event; shown by cli/.
// Owned values.
// One thread.
// Refuses nothing; of hits it keeps the best `most`.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"

namespace custos::engine {

struct EntityQuery {
  std::string value;
  Micros since = kNoTime, until = kNoTime;  // events outside are left out; those without a time are not
  std::size_t most = 20;
  bool newest = true;  // else the first

  bool wants(Micros t) const { return t == kNoTime || ((since == kNoTime || t >= since) && (until == kNoTime || t < until)); }
};

struct Times {
  std::uint64_t count = 0;
  Micros first = kNoTime, last = kNoTime;
  void add(std::uint64_t n, Micros from, Micros to);
  bool operator==(const Times&) const = default;
};

struct EntityHit {
  Micros time = kNoTime;
  std::size_t source = 0;  // of the case's sealed sources
  std::uint64_t offset = 0;
  std::string kind;
  std::vector<std::string> keys;  // what else the event names
  bool operator==(const EntityHit&) const = default;
};

struct EntityReport {
  Times all;
  std::map<char, Times> as;            // the letters of the keys that it has
  std::map<std::string, Times> kinds;  // of event
  std::map<char, std::unordered_map<std::string, Times>> beside;  // computers, accounts and addresses
  std::vector<EntityHit> hits;         // in the order asked for
  std::vector<std::pair<std::string, std::string>> not_whole;     // name of a source, and why

  // An event, or many that name the same.
  void add(std::string_view kind, const Times& times);
  bool operator==(const EntityReport&) const = default;
};

inline constexpr std::string_view kBesideLetters = "hua";

// The best hits so far, by time, source and place; those without a time come last.
class HitList {
 public:
  explicit HitList(const EntityQuery& query) : query_(query) {}
  // Whether an event of this time would be taken.
  bool takes(Micros time) const { return hits_.size() < query_.most || (query_.most > 0 && !later(hits_.front().time, time)); }
  // `fill` gives it the rest where it is among the best.
  template <class Fill>
  void offer(Micros time, std::size_t source, std::uint64_t offset, const Fill& fill) {
    EntityHit hit{time, source, offset, {}, {}};
    if (!makes_room(hit)) return;
    fill(hit);
    put(std::move(hit));
  }
  std::vector<EntityHit> take();

 private:
  bool makes_room(const EntityHit& hit);
  void put(EntityHit hit);
  bool before(const EntityHit& a, const EntityHit& b) const;
  bool later(Micros a, Micros b) const;  // than a, b surely comes later in the order asked for

  const EntityQuery& query_;
  std::vector<EntityHit> hits_;  // a heap, the last of the order on top
};

}  // namespace custos::engine
