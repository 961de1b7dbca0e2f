// The records that tell most of a unit's story, in little room: the heaviest ones, whatever order they came in.
// Held by detectors/dns.cc, nxdomain.cc and credentials.cc in entries of tables; feeds Why::evidence.
// A plain value of a fixed size.
// One thread.
// Refuses nothing: the lightest give way.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "behavior/fact.h"

namespace custos::behavior {

struct Told {
  Where where;
  Micros time = kNoTime;
  std::uint32_t weight = 0;
  TextId what = kNoText;
};

// The heavier first, then the earlier record.
inline bool tells_more(const Told& a, const Told& b) {
  if (a.weight != b.weight) return a.weight > b.weight;
  return a.time != b.time ? a.time < b.time : a.where < b.where;
}

template <std::size_t kRoom>
class Telling {
 public:
  bool full() const { return size_ == kRoom; }
  // A heap with the least telling on top.
  void add(const Told& t) {
    if (full()) {
      if (!tells_more(t, held_[0])) return;
      std::pop_heap(held_.begin(), held_.end(), tells_more);
      held_.back() = t;
    } else {
      held_[size_++] = t;
    }
    std::push_heap(held_.begin(), held_.begin() + size_, tells_more);
  }
  const Told* begin() const { return held_.data(); }
  const Told* end() const { return held_.data() + size_; }

 private:
  std::array<Told, kRoom> held_{};
  std::uint8_t size_ = 0;
};

}  // namespace custos::behavior
