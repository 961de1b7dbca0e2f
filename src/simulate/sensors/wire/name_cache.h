// Names that somebody has asked for and need not ask for again yet.
// Called by network.cc: one for the resolver, one for the machines that ask by themselves.
// Lives as long as the run; 64 Ki entries, and what was to end first makes room.
// One thread.
// Refuses nothing. Keys are hashes; two names that share one would save each other a look-up, which no log can show.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/time.h"

namespace custos::simulate::wire {

class NameCache {
 public:
  // When the entry ends; kNoTime where there is none or it is over.
  Micros find(std::uint64_t key, Micros now) const {
    if (sets_.empty()) return kNoTime;
    for (const Entry& e : sets_[key % kSets]) {
      if (e.key == key && e.ends > now) return e.ends;
    }
    return kNoTime;
  }
  void keep(std::uint64_t key, Micros ends) {
    if (sets_.empty()) sets_.resize(kSets);
    auto& set = sets_[key % kSets];
    Entry* place = &set[0];
    for (Entry& e : set) {
      if (e.key == key) {
        place = &e;
        break;
      }
      if (e.ends < place->ends) place = &e;
    }
    *place = {key, ends};
  }

 private:
  struct Entry {
    std::uint64_t key = 0;
    Micros ends = kNoTime;
  };
  static constexpr std::size_t kSets = 16'384;
  std::vector<std::array<Entry, 4>> sets_;
};

}  // namespace custos::simulate::wire
