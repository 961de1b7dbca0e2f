// What actors did in the window that is open: each distinct thing once, with how often, when first and where it stands.
// Filled by the detectors of novelty while facts come; emptied when the window closes.
// Items live until clear().
// One thread.
// Refuses nothing: a window's distinct items are as many as its facts at most, and are bounded by the caller's clear().
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <tsl/robin_map.h>

#include "behavior/detector.h"

namespace custos::behavior {

struct Item {
  // What tells it from others: who, of which kind, within what, which.
  ActorId actor = kNoActor;
  std::uint64_t key = 0, group = 0;
  std::uint16_t sort = 0;       // of the detector's kinds of item
  std::uint16_t places = 0;
  std::uint32_t count = 0;
  TextId what = kNoText, with = kNoText;  // for the sentence
  Micros first = kNoTime, last = kNoTime;
  std::array<Where, 4> where{};
};

class WindowItems {
 public:
  void add(const Item& item, const Fact& fact);
  // By actor, then by when it was first seen. The same whatever the order of equal times in the logs.
  std::vector<const Item*> in_order() const;
  void clear() { items_.clear(); }
  std::size_t size() const { return items_.size(); }
  std::size_t bytes() const { return items_.size() * (sizeof(Item) + 16); }

 private:
  tsl::robin_map<std::uint64_t, Item> items_;
};

}  // namespace custos::behavior
