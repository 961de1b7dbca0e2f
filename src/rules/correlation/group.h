// The windows of one correlation: for each group what lies inside the timespan, and the value its type makes of that.
// Called by correlator.cc, and by correlator_state.cc to save and load.
// A Group& lives until the next open() or drop().
// One thread.
// Refuses nothing; the correlator decides which group goes when there are too many.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/correlation/aggregates.h"
#include "rules/correlation/key_table.h"
#include "rules/correlation/observation.h"
#include "rules/correlation/plan.h"

namespace custos::rules::correlation {

// One event in a window.
struct Entry {
  Micros time = 0;
  std::uint64_t record = 0;
  std::uint32_t source = 0;
  std::uint32_t value = 0;  // value_count: number in the table of values
  double number = 0;        // the numeric types
  EventId id() const { return {source, record}; }
};

// A queue in one block of memory whose size is a power of two; halves itself when it has become much too large.
class Ring {
 public:
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const Entry& front() const { return data_[head_]; }
  const Entry& operator[](std::size_t i) const { return data_[(head_ + i) & (capacity_ - 1)]; }
  void push(const Entry& entry) {
    if (size_ == capacity_) resize(capacity_ == 0 ? 4 : capacity_ * 2);
    data_[(head_ + size_++) & (capacity_ - 1)] = entry;
  }
  // Both ends are wanted soon.
  void prefetch() const {
    if (capacity_ == 0) return;
    __builtin_prefetch(&data_[head_]);
    __builtin_prefetch(&data_[(head_ + size_) & (capacity_ - 1)], 1);
  }
  void pop() {
    head_ = (head_ + 1) & (capacity_ - 1);
    if (--size_ < capacity_ / 8 && capacity_ > 64) resize(capacity_ / 4);
  }

 private:
  void resize(std::uint32_t capacity);
  std::unique_ptr<Entry[]> data_;
  std::uint32_t capacity_ = 0, head_ = 0, size_ = 0;
};

// A stretch during which the condition held; becomes Fired.
struct Episode {
  std::uint64_t number = 0;
  Micros first = kNoTime, last = kNoTime;
  Micros window_start = kNoTime;
  std::uint64_t holds = 0;      // events at which it held
  std::uint64_t count = 0;      // contributing events
  std::vector<EventId> events;  // the first of them
  EventId newest;               // to count an inner episode that goes on only once
  double value = 0, last_value = 0;
};

// temporal: when a rule was last seen. temporal_ordered: the latest start of a run of some length that ends with some
// step.
struct Step {
  Micros time = kNoTime;
  std::vector<EventId> events;
};

struct Group {
  Micros last = kNoTime;  // of its newest event; kNoTime: the number is unused
  Ring window;
  std::uint32_t distinct = 0;
  std::unique_ptr<Episode> episode;
  std::unique_ptr<ExactSum> sum;
  std::unique_ptr<Quantile> quantile;
  std::unique_ptr<std::vector<Step>> steps;
};

// What an event brings to a group. `positions` are sorted, each with the id to remember for it.
struct Arrival {
  struct At {
    std::uint32_t position;
    EventId id;
  };
  Micros time = 0;
  std::span<const At> positions;  // never empty
  std::string_view value;         // value_count: the encoded tuple
  double number = 0;
};

class Windows {
 public:
  Windows(const CorrelationPlan::Node& node, std::uint64_t seed)
      : node_(&node), keys_(seed), values_(seed ^ 0x5DEECE66Du) {}

  std::uint32_t find(std::string_view key) const { return keys_.find(key); }
  std::uint32_t open(std::string_view key);  // a new, empty group
  void drop(std::uint32_t group);
  Group& at(std::uint32_t group) { return groups_[group]; }
  const Group& at(std::uint32_t group) const { return groups_[group]; }
  std::string_view key(std::uint32_t group) const { return keys_.text(group); }
  std::size_t size() const { return keys_.size(); }
  std::size_t entries() const { return entries_; }

  // Empties the group's window but keeps the group.
  void empty(std::uint32_t group);
  // Forgets what is older than `since`, then takes the arrival in.
  void take(std::uint32_t group, const Arrival& arrival, Micros since);
  void drop_oldest_entry(std::uint32_t group);
  // The value compared with the condition, as of `since`.
  double value(std::uint32_t group, Micros since) const;
  // The events behind that value, oldest first.
  void contributors(std::uint32_t group, Micros since, std::vector<std::pair<Micros, EventId>>& out,
                    std::size_t at_most) const;
  std::uint64_t contributing(std::uint32_t group) const { return groups_[group].window.size(); }
  bool ringed() const;  // keeps a window entry an event (all types but the temporal ones)

  // For saving: the text of a value's number. For loading: put an entry back.
  std::string_view value_text(const Entry& entry) const;
  void restore(std::uint32_t group, Entry entry, std::string_view value);
  std::size_t step_count() const;

 private:
  // `tag` goes with scratch_, the value in the form in which the table keeps it.
  std::uint32_t prepare_value(std::uint32_t group, std::string_view value);
  void push(Group& group, Entry entry, std::uint32_t tag);
  void pop(Group& group);
  void advance_order(std::vector<Step>& steps, const Arrival& arrival, Micros since) const;
  std::size_t cell(std::size_t step, std::size_t length) const;
  const Step* longest(const std::vector<Step>& steps, Micros since, std::size_t& length) const;

  const CorrelationPlan::Node* node_;
  KeyTable keys_, values_;  // a value's uses: how often it lies in its group's window
  std::vector<Group> groups_;
  std::size_t entries_ = 0;
  std::string scratch_;
};

}  // namespace custos::rules::correlation
