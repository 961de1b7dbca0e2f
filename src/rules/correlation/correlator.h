// The running state of all correlations: takes observations in order, says where a condition begins and ceases to hold.
// Called by the engine behind ObservationLog::merge (batch) or ReorderBuffer (live); feeds findings through its sink.
// Fired is handed over by reference for the length of the call; state lives until finish() or is saved.
// One thread.
// Refuses observations out of order or without a time, counted; a saved state of another version or damaged, as an
// error.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "rules/correlation/group.h"
#include "rules/correlation/observation.h"
#include "rules/correlation/plan.h"

namespace custos::rules::correlation {

class Reader;

// An episode of a correlation (docs/formats/correlation.md): told once when it begins and once when it is over.
struct Fired {
  enum class Phase : std::uint8_t { Began, Ended };
  Phase phase = Phase::Began;
  std::uint32_t correlation = 0;
  std::uint64_t episode = 0;            // the same number in both tellings
  Micros time = kNoTime;                // of the first event at which it held
  Micros last_time = kNoTime;           // of the last event at which it held
  Micros window_start = kNoTime;        // of the oldest event in the window when it began
  std::vector<std::string> group;       // values in the order of group-by
  std::vector<EventId>
      events;  // the first contributing ones, oldest first; source kEpisodeSource names an inner episode
  std::uint64_t event_count = 0;        // contributing ones in all
  std::uint64_t holds = 0;              // events at which it held
  double value = 0, last_value = 0;     // compared with the condition, at `time` and at `last_time`
};

struct CorrelatorOptions {
  std::size_t max_groups = 200'000;     // a correlation
  std::size_t max_events = 1'000'000;   // a correlation, in all windows
  std::size_t events_listed = 100;      // Fired::events
  std::uint64_t hash_seed = 0;          // of the group tables; no verdict depends on it
};

// Of one correlation; all of them belong in the coverage statement.
struct CorrelationCounts {
  std::uint64_t taken = 0;              // events that took part, an event in two groups twice
  std::uint64_t without_group = 0;      // lacked a group-by field
  std::uint64_t without_value = 0;      // lacked a field of the condition
  std::uint64_t not_numeric = 0;        // had one, but no number
  std::uint64_t episodes = 0;
  std::uint64_t evicted_groups = 0, evicted_events = 0;
  bool operator==(const CorrelationCounts&) const = default;
};

class Correlator {
 public:
  using Sink = std::function<void(const Fired&)>;

  Correlator(std::shared_ptr<const CorrelationPlan> plan, CorrelatorOptions options, Sink sink);
  Correlator(const Correlator&) = delete;
  Correlator& operator=(const Correlator&) = delete;
  ~Correlator();

  // Observations in (time, id) order.
  void feed(const Observation& observation);
  // Ends all open episodes, oldest first, and forgets everything but the counts.
  void finish();

  const CorrelationCounts& counts(std::size_t correlation) const { return running_[correlation]->counts; }
  std::uint64_t without_time() const { return without_time_; }
  std::uint64_t out_of_order() const { return out_of_order_; }

  // The whole state as bytes (docs/formats/correlation.md), between two feed() calls.
  void save(std::string& out) const;
  // Replaces the state. Says how many saved correlations the plan no longer has. An error leaves it empty.
  Result<std::size_t> load(std::string_view saved);

 private:
  // An inner correlation that held at the event at hand.
  struct Firing {
    const CorrelationPlan::Node* node;
    std::string key;
    const Firing* through;  // what made it hold: another firing, or the event itself
    std::uint64_t episode;
  };
  struct Input {
    std::uint32_t position;
    const Firing* firing;  // nullptr: the event itself
  };
  struct Queued {
    std::uint32_t group;
    Micros seen;
  };
  struct Running {
    Running(const CorrelationPlan::Node& n, std::uint64_t seed) : node(&n), windows(n, seed) {}
    const CorrelationPlan::Node* node;
    Windows windows;
    std::deque<Queued> queue;  // each group once; roughly by how long it has been quiet
    std::vector<Input> inputs;
    CorrelationCounts counts;
  };

  void clear();
  void push(const CorrelationPlan::Use& use, const Firing* firing);
  void process(std::uint32_t correlation);
  void take(std::uint32_t correlation, std::string_view key, std::span<const Input> inputs);
  bool gather_value(Running& running, std::span<const Input> inputs, Arrival& arrival);
  void judge(std::uint32_t correlation, std::uint32_t group, std::span<const Input> inputs, const Arrival& arrival);
  void begin(std::uint32_t correlation, std::uint32_t group, double value, Micros since);
  void end(std::uint32_t correlation, std::uint32_t group);
  void pass_on(std::uint32_t correlation, std::uint32_t group, bool began, const Firing* through);
  void sweep(std::uint32_t correlation);
  void make_room(std::uint32_t correlation, std::uint32_t keep);
  void bound_events(std::uint32_t correlation, std::uint32_t group);
  void forget(std::uint32_t correlation, std::uint32_t group);
  void note(Episode& episode, const EventId& id) const;
  void tell(Fired::Phase phase, std::uint32_t correlation, std::uint32_t group);

  bool text_of(std::uint32_t field, const Firing* firing, std::string_view& out) const;
  bool key_of(const std::vector<std::uint32_t>& fields, const Firing* firing, std::string& scratch,
              std::string_view& key);

  void save_group(std::string& out, const Running& running, const Queued& queued) const;
  bool load_group(Reader& in, Running& running);
  bool load_body(Reader& in, std::size_t& dropped);
  bool load_block(std::string_view block, Running& running);

  std::shared_ptr<const CorrelationPlan> plan_;
  CorrelatorOptions options_;
  Sink sink_;
  std::vector<std::unique_ptr<Running>> running_;
  const Observation* event_ = nullptr;   // at hand
  std::vector<std::uint32_t> touched_;   // heap of ranks of correlations with inputs
  std::deque<Firing> firings_;           // of the event at hand
  std::vector<Arrival::At> positions_;
  std::string key_scratch_, value_scratch_, text_scratch_;
  Micros last_time_ = kNoTime;
  EventId last_id_;
  std::uint64_t next_episode_ = 1;
  std::uint64_t without_time_ = 0, out_of_order_ = 0;
};

// A group's key back into its values; `fields` is the number of group-by fields.
std::vector<std::string> group_values(std::string_view key, std::size_t fields);

}  // namespace custos::rules::correlation
