// Which value a key had when: addresses that change hands, process ids that are used again, sessions.
// Filled by resolver.cc in any order of time; asked after settle().
// Owns its runs; bounded, oldest evidence first out, counted.
// One thread while filling; const afterwards.
// Refuses to guess between two values (Answer::candidates). Keys and values are numbers the caller gave out.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/time.h"

namespace custos::institution {

struct Evidence {
  std::uint64_t key = 0;
  std::uint32_t value = 0;
  Micros at = 0;
  Micros until = kNoTime;    // granted until then (a lease); kNoTime: only seen at that moment
  bool begins = false;       // the value began there: a lease, a process start
  std::uint32_t source = 0;  // file, by the caller's number
  std::uint64_t record = 0;
};

class Timeline {
 public:
  static constexpr Micros kTolerance = 60 * kSecond;  // clocks of two sources differ by this much without anybody noticing

  // `hold`: how long a sighting counts after the last one. `most`: pieces of evidence kept.
  Timeline(Micros hold, std::size_t most) : hold_(hold), most_(most) {}

  void add(const Evidence& e);
  void end(std::uint64_t key, std::uint32_t value, Micros at);  // it stopped being true
  // What another one was given, each piece through `change` (values and sources have other numbers there). Before settle().
  template <class F>
  void take(const Timeline& other, F&& change) {
    for (const Evidence& e : other.evidence_) add(change(e));
    for (const End& e : other.ends_) ends_.push_back({e.key, change(Evidence{e.key, e.value, e.at}).value, e.at});
    evicted_ += other.evicted_;
    evicted_until_ = std::max(evicted_until_, other.evicted_until_);
  }
  // Other numbers for values and sources, each piece through `change`. Before settle().
  template <class F>
  void renumber(F&& change) {
    for (Evidence& e : evidence_) e = change(e);
    for (End& e : ends_) e.value = change(Evidence{e.key, e.value, e.at}).value;
  }
  void settle();

  struct Run {
    std::uint32_t value;
    Micros first, last, until;  // seen from first to last; may hold to until
    bool begins;
    std::uint32_t source;
    std::uint64_t record;
  };
  struct Found {
    const Run* run = nullptr;               // nullptr: unknown, or ambiguous
    std::vector<std::uint32_t> candidates;  // more than one: ambiguous
    Micros from = kNoTime, until = kNoTime;
  };
  Found find(std::uint64_t key, Micros t) const;
  // All that is known of a key, in order of time.
  const std::vector<Run>& runs(std::uint64_t key) const;
  std::uint64_t evicted() const { return evicted_; }

 private:
  struct End {
    std::uint64_t key;
    std::uint32_t value;
    Micros at;
  };
  void shrink();

  Micros hold_;
  std::size_t most_;
  std::vector<Evidence> evidence_;
  std::vector<End> ends_;
  std::unordered_map<std::uint64_t, std::vector<Run>> runs_;
  std::uint64_t evicted_ = 0;
  Micros evicted_until_ = kNoTime;  // of what was dropped, the latest
};

}  // namespace custos::institution
