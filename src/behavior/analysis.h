// Facts to anomalies: windows of time, detectors, calibration, fusion and the budget. docs/adr/0014 tells why in this order.
// Driven by engine/ with facts in order of time; what it knows is saved as a baseline.
// Anomalies are owned values; the roster and the dictionary given must outlive it.
// One thread.
// Refuses facts of windows that are closed already: they are counted as late.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "behavior/anomaly.h"
#include "behavior/detector.h"
#include "behavior/fusion.h"

namespace custos::behavior {

struct Settings {
  Micros window = kDay;
  double budget = 5;                     // anomalies a day that ordinary life may cost, at most and on average
  Micros calibrate_from = kNoTime;       // windows before only teach; kNoTime: there is a baseline
  Micros judge_from = kNoTime;           // windows before calibrate; kNoTime: there is a baseline
  std::size_t memory = 512u << 20;       // bytes of state, all detectors together
  std::vector<std::string_view> without; // detectors left out
  bool keep_weighed = false;             // remember every actor's judged windows, without a bound
};

// What an actor's window came to, whether it was raised or not.
struct Weighed {
  ActorId actor = kNoActor;
  std::uint32_t window = 0;
  double p = 1, odds = 0;
};

struct Counts {
  std::uint64_t facts = 0, late = 0, windows = 0;
  double actors = 0;  // mean number of active actors of a window
  double voices = 1;  // mean number of detectors that have a word about one of them
};

class Analysis {
 public:
  Analysis(const Settings& settings, Roster& roster);

  void take(const Fact& fact);
  // Closes the window that is open; when nothing more is to come.
  void finish();

  std::vector<Anomaly>& anomalies() { return anomalies_; }
  // Every actor's windows of the judged time, in order of time, where the settings keep them: what calibration is tested on.
  const std::vector<Weighed>& weighed() const { return weighed_; }
  const Counts& counts() const { return counts_; }
  std::size_t bytes() const;
  // Detectors that forgot something to stay within their memory, by name, and how many entries.
  std::map<std::string, std::uint64_t> evictions() const;

  // Everything that later verdicts rest on, as of the last closed window; facts of an open one are to be taken again. Files of evidence by name.
  using NameOf = std::function<std::string(std::uint32_t source)>;
  using NumberOf = std::function<std::uint32_t(const std::string& name)>;
  void save(Packer& out, const NameOf& name_of) const;
  // Into an analysis that has taken nothing yet. Detectors that it does not have are passed over, those that it has alone begin anew; both are told.
  Result<std::vector<std::string>> load(Unpacker& in, const NumberOf& number_of);
  // What another analysis of the same detectors learned, both between windows and neither fed yet: as if one had seen both, as far as their state
  // can tell. Refuses another length of windows, and sketches of another size. The other is of no more use.
  Result<void> merge(Analysis&& other);
  // Closed and learned from: facts before are late. kNoTime: nothing yet.
  Micros first() const { return first_; }
  Micros until() const { return until_; }
  Micros window() const { return settings_.window; }
  const Judge& judge() const { return judge_; }
  std::string_view detector(std::uint16_t number) const { return running_[number].detector->name; }
  // Actors whose odds are at least that, the greatest first: odds and the strongest sentence.
  std::vector<std::pair<double, std::string>> standings(double least) const;

 private:
  struct Running {
    const Detector* detector;
    std::unique_ptr<Watch> watch;
  };
  // What is remembered of an actor between windows.
  struct Standing {
    Course course;
    std::vector<Part> parts;   // of windows that raised the odds
  };
  Phase phase() const;
  void close();
  // `all`: every detector judges; else only those that need no history.
  void fuse(std::vector<Verdict>&& verdicts, bool all);
  // What keeps the budget with as many actors as there are now.
  Line line() const;
  void tell_urgent();
  void add_part(Standing& standing, Verdict& verdict);
  void complete(ActorId actor, std::vector<Part> parts);
  void raise(ActorId actor, Standing& standing, double p, Micros when);

  Settings settings_;
  Roster& roster_;
  std::vector<Running> running_;
  Judge judge_;
  std::optional<Window> open_;
  std::unordered_map<std::uint64_t, Standing> standings_;  // by Actor::key
  std::vector<Anomaly> anomalies_;
  std::vector<Weighed> weighed_;
  // What was raised before its window closed: it goes on in later windows, and is told once a day.
  struct Told {
    std::size_t anomaly = 0;    // of anomalies_, unless they were taken
    std::uint32_t window = 0;   // the last in which it went on
    Micros since = kNoTime;
    std::uint16_t detector = 0;
  };
  std::unordered_map<ActorId, Told> told_;
  Counts counts_;
  Micros first_ = kNoTime, until_ = kNoTime;
};

}  // namespace custos::behavior
