#include "engine/census.h"

#include <algorithm>

namespace custos::engine {
namespace counting {
constexpr std::size_t kMostRuns = 100'000;
constexpr std::size_t kGapsListed = 100;
}  // namespace counting

void Census::count(const Batch& batch) {
  coverage_.events += batch.size();
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Record& r = batch.record(i);
    if (r.log_source >= by_source_.size()) by_source_.resize(static_cast<std::size_t>(r.log_source) + 1);
    ++by_source_[r.log_source];
    if (r.time == kNoTime) {
      ++coverage_.without_time;
    } else {
      if (coverage_.first_time == kNoTime || r.time < coverage_.first_time) coverage_.first_time = r.time;
      coverage_.last_time = std::max(coverage_.last_time, r.time);
      if (previous_ != kNoTime && r.time < previous_) ++coverage_.backwards;
      if (now_ != kNoTime && r.time > now_ + kDay) ++coverage_.in_future;
      previous_ = r.time;
    }
    if (!numbered_) continue;
    if (!runs_.empty() && r.number == runs_.back().before + 1) {
      runs_.back().before = r.number;
    } else if (runs_.size() < counting::kMostRuns) {
      runs_.push_back({r.number, r.number});
    }
  }
}

void Census::finish(const LogSources& sources) {
  for (std::size_t id = 0; id < by_source_.size(); ++id) {
    if (by_source_[id] != 0) coverage_.log_sources[sources.at(static_cast<LogSourceId>(id)).text()] += by_source_[id];
  }
  // A log that is a ring buffer starts in its middle: runs are sorted before gaps are sought between them.
  std::sort(runs_.begin(), runs_.end(), [](const Gap& a, const Gap& b) { return a.after < b.after; });
  std::uint64_t highest = 0;
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    if (i > 0 && runs_[i].after > highest && runs_[i].after - highest > 1) {
      ++coverage_.gap_count;
      coverage_.missing_records += runs_[i].after - highest - 1;
      if (coverage_.gaps.size() < counting::kGapsListed) coverage_.gaps.push_back({highest, runs_[i].after});
    }
    highest = std::max(highest, runs_[i].before);
  }
}

}  // namespace custos::engine
