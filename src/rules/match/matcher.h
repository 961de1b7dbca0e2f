// The hot path: events of a batch against the plan of their log source.
// Made by make_matcher(); feeds the engine's sink and the correlations.
// Belongs to one worker; keeps a table from its NameIds to the slots of each plan.
// One thread.
// Refuses nothing.
#pragma once

#include <memory>
#include <vector>

#include "rules/match/evaluation.h"
#include "rules/observer.h"
#include "rules/program.h"
#include "rules/match/value_cache.h"

namespace custos::rules {

class PlanMatcher final : public Matcher {
 public:
  PlanMatcher(std::shared_ptr<const CompiledProgram> program, CorrelationRun* correlations, TimeWindow window);

  void match(const Batch& batch, std::uint32_t source, const std::function<void(const Hit&)>& sink) override;
  const std::vector<bool>& had_telemetry() const override { return telemetry_; }
  const std::map<std::size_t, std::uint64_t>& interrupted() const override { return interrupted_; }
  std::uint64_t events_outside() const override { return events_outside_; }

 private:
  // What this worker knows of one plan.
  struct Bound {
    std::shared_ptr<const Plan> plan;
    std::vector<std::uint32_t> slot_of_name;  // by NameId; kNoSlot where no rule asks
    std::vector<std::uint32_t> base_of_rule;  // plan rule -> base number of correlations, or kNone
    Evaluation state;
  };

  // A value that the cache may know: of this slot, and perhaps to be searched for keywords too.
  struct Asked {
    const Plan::Slot* slot;
    const Plan::Slot* any;
    ValueCache::Key key;
  };

  Bound& bound_for(const Batch& batch, LogSourceId source);
  void collect(Bound& b, const Event& event);
  template <class F>
  void search(const Plan::Slot& slot, std::string_view value, F hit);
  void look_up(Bound& b, const Asked& asked);
  void report(Bound& b, std::uint32_t rule, const Event& event, const std::function<void(const Hit&)>& sink);

  bool outside(Micros time) const;

  std::shared_ptr<const CompiledProgram> program_;
  TimeWindow window_;
  std::vector<std::unique_ptr<Bound>> bound_;   // by LogSourceId
  std::vector<bool> telemetry_;
  std::map<std::size_t, std::uint64_t> interrupted_;
  ValueCache cache_;
  LeafMatcher leaves_;
  Observer observer_;
  std::string folded_, dashed_;
  std::vector<std::uint32_t> hits_;
  std::vector<Asked> asked_;
  std::vector<Match> matched_;
  std::uint64_t undecided_ = 0, events_outside_ = 0;
};

}  // namespace custos::rules
