// From matched base rules to the observations that correlations run on.
// Observer belongs to a matcher; CorrelationRun is shared by all matchers of a scan.
// Texts are copied before the batch dies.
// Observer: one thread. CorrelationRun::add: any thread.
// Refuses nothing; events without a time are counted by the correlator.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "rules/correlation/correlator.h"
#include "rules/correlation/observation_log.h"
#include "rules/program.h"

namespace custos::rules {

class CorrelationRun final : public Correlations {
 public:
  explicit CorrelationRun(std::shared_ptr<const CompiledProgram> program) : program_(std::move(program)) {}
  // A log for one more matcher; it lives as long as the run.
  correlation::ObservationLog& new_log();
  Result<CorrelationTotals> run(const std::function<void(const Correlated&)>& sink) override;

 private:
  Correlated correlated(const correlation::Fired& fired) const;

  std::shared_ptr<const CompiledProgram> program_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<correlation::ObservationLog>> logs_;
};

class Observer {
 public:
  Observer(const CompiledProgram& program, CorrelationRun* run)
      : program_(program), log_(run == nullptr ? nullptr : &run->new_log()) {}

  void begin() {
    rules_.clear();
    variant_ = nullptr;
  }
  void matched(std::uint32_t base, const Variant& variant) {
    rules_.push_back(base);
    if (!variant.field_names.empty()) variant_ = &variant;
  }
  void end(const Event& event, std::uint32_t source) {
    if (!rules_.empty() && log_ != nullptr) observe(event, source);
  }
  // The first failure to keep an observation, for whoever asks.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  void observe(const Event& event, std::uint32_t source);
  std::string_view name_of(std::uint32_t field) const;

  const CompiledProgram& program_;
  correlation::ObservationLog* log_;
  std::optional<Error> failure_;
  const Variant* variant_ = nullptr;  // of this event's rules, one that renames fields; all of a plan rename alike
  std::vector<std::uint32_t> rules_, wanted_;
  std::vector<correlation::FieldText> fields_;
};

}  // namespace custos::rules
