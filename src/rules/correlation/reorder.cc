#include "rules/correlation/reorder.h"

#include <algorithm>
#include <limits>

#include "rules/correlation/codec.h"

namespace custos::rules::correlation {
namespace reordering {
namespace {

// Strictly after a released one: an equal time might still come with a smaller id, and would then be out of order.
Micros after(Micros time) { return time == std::numeric_limits<Micros>::max() ? time : time + 1; }

}  // namespace
}  // namespace reordering

using reordering::after;

void ReorderBuffer::add(const Observation& observation) {
  if (observation.time == kNoTime) {
    ++without_time_;
    return;
  }
  if (observation.time < watermark_) {
    ++late_;
    return;
  }
  Held held{observation.time, observation.id, arrivals_++, {}};
  put_observation(held.bytes, observation);
  bytes_ += held.bytes.size() + sizeof(Held);
  heap_.push_back(std::move(held));
  std::push_heap(heap_.begin(), heap_.end(), later);
  advance(observation.time);
  while (bytes_ > options_.max_bytes && !heap_.empty()) {
    watermark_ = std::max(watermark_, after(heap_.front().time));
    const Micros released = heap_.front().time;
    while (!heap_.empty() && heap_.front().time == released) {
      ++forced_;
      release_one();
    }
  }
}

void ReorderBuffer::advance(Micros time) {
  if (time < kNoTime + 1 + options_.lateness) return;
  watermark_ = std::max(watermark_, time - options_.lateness);
  while (!heap_.empty() && heap_.front().time < watermark_) release_one();
}

void ReorderBuffer::flush() {
  while (!heap_.empty()) {
    watermark_ = std::max(watermark_, after(heap_.front().time));
    release_one();
  }
}

void ReorderBuffer::release_one() {
  std::pop_heap(heap_.begin(), heap_.end(), later);
  const Held held = std::move(heap_.back());
  heap_.pop_back();
  bytes_ -= held.bytes.size() + sizeof(Held);
  Reader in(held.bytes);
  sink_(read_observation(in, rules_, fields_));
}

}  // namespace custos::rules::correlation
