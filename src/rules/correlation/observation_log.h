// Collects a worker's observations in any order and hands out those of all workers in (time, id) order.
// Called by the matcher's workers (add) and by the engine at the end of a batch (merge); feeds Correlator.
// The Observation given to the sink lives during the call.
// One thread a log; merge takes all logs and must be alone.
// Refuses nothing but a full or unreadable disk, as an error; observations without a time are counted and left out.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/files/nameless_file.h"
#include "base/result.h"
#include "rules/correlation/observation.h"

namespace custos::rules::correlation {

struct ObservationLogOptions {
  std::size_t memory_bytes = 32u << 20;  // a log; beyond it a sorted run goes to the file
  std::size_t read_bytes = 64u << 10;    // buffer a run while merging
  std::string folder = "/tmp";           // where the file is made; it has no name there
};

class ObservationLog {
 public:
  explicit ObservationLog(ObservationLogOptions options = {}) : options_(std::move(options)), file_(options_.folder, "correlations") {}
  ObservationLog(const ObservationLog&) = delete;
  ObservationLog& operator=(const ObservationLog&) = delete;

  Result<void> add(const Observation& observation);

  // All observations of all logs in order. Equal (time, id) come in the order of the logs. The logs are empty
  // afterwards.
  static Result<void> merge(std::span<ObservationLog* const> logs, const std::function<void(const Observation&)>& sink);

  std::uint64_t added() const { return added_; }
  std::uint64_t without_time() const { return without_time_; }
  std::uint64_t spilled_bytes() const { return file_.size(); }
  std::size_t runs() const { return runs_.size(); }

 private:
  friend class MergeCursor;
  struct Place {
    Micros time;
    EventId id;
    std::uint64_t at;  // in bytes_
  };
  struct Run {
    std::uint64_t first, last;  // [first, last) in the file
  };

  void sort();
  Result<void> spill();
  void clear();

  ObservationLogOptions options_;
  std::string bytes_;  // length and body of each observation
  std::vector<Place> places_;
  std::vector<Run> runs_;
  NamelessFile file_;
  std::uint64_t added_ = 0, without_time_ = 0;
};

}  // namespace custos::rules::correlation
