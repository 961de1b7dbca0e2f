// Puts a live stream in order: holds observations back until the watermark has passed them.
// Called by the engine where events arrive as they happen; feeds Correlator.
// The Observation given to the sink lives during the call.
// One thread.
// Refuses observations that come later than allowed, and those without a time; both are counted, never silent.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "rules/correlation/observation.h"

namespace custos::rules::correlation {

struct ReorderOptions {
  Micros lateness = 10 * kSecond;       // the watermark follows the newest event at this distance
  std::size_t max_bytes = 32u << 20;    // held back; beyond it the watermark is pushed on
};

// The watermark is the newest time seen minus the lateness. What is older than it is released in (time, id) order; what
// arrives older than it is late. So any arrival order within the lateness gives the stream a sorted batch would give.
class ReorderBuffer {
 public:
  using Sink = std::function<void(const Observation&)>;

  ReorderBuffer(ReorderOptions options, Sink sink) : options_(options), sink_(std::move(sink)) {}

  void add(const Observation& observation);
  // Time has passed without events (an idle source): moves the watermark to `time` minus the lateness.
  void advance(Micros time);
  // Releases everything.
  void flush();

  Micros watermark() const { return watermark_; }
  std::uint64_t late() const { return late_; }
  std::uint64_t without_time() const { return without_time_; }
  std::uint64_t forced() const { return forced_; }  // released before their time for want of memory
  std::size_t held() const { return heap_.size(); }

 private:
  struct Held {
    Micros time;
    EventId id;
    std::uint64_t arrival;
    std::string bytes;
  };
  static bool later(const Held& a, const Held& b) {
    return std::tie(a.time, a.id, a.arrival) > std::tie(b.time, b.id, b.arrival);
  }
  void release_one();

  ReorderOptions options_;
  Sink sink_;
  std::vector<Held> heap_;  // the oldest on top
  std::size_t bytes_ = 0;
  Micros watermark_ = kNoTime;
  std::uint64_t arrivals_ = 0, late_ = 0, without_time_ = 0, forced_ = 0;
  std::vector<std::uint32_t> rules_;
  std::vector<FieldText> fields_;
};

}  // namespace custos::rules::correlation
