// The yardstick: labelled data and finding sources in, figures out. docs/evaluation.md says what is measured and what is weak.
// Called by cli/commands/evaluate.cc.
// A Report is an owned value.
// One thread.
// Refuses unknown sets, sources and test beds by name before anything is read, and a folder that does not hold the set.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/scan.h"
#include "evaluate/evaluate.h"

namespace custos::engine {

struct EvaluationOptions {
  std::string set, data;
  static constexpr unsigned kMostBudget = 1'000'000;
  unsigned budget = 10;              // alarms a day
  std::vector<std::string> sources;  // empty: all
  std::vector<std::string> without;
  std::vector<std::string> beds;  // empty: all that are there; only for sets of several test beds
  RuleOptions rules;
  std::uint64_t seed = 1;
  std::optional<unsigned> learn_days, calibrate_days;  // for sets that leave it open
  Limits limits;
  std::uint64_t memory = std::uint64_t{4} << 30;  // bytes for the observations of one scene and what is made of them
  bool ablate = false;
  std::vector<std::string> disturb;  // names of disturbances
};

Result<evaluate::Report> run_evaluation(const EvaluationOptions& options, const std::function<void(const std::string&)>& tell);

// Name and title of every set, for help.
std::vector<std::pair<std::string, std::string>> evaluation_sets();
// The same of every finding source; of the detectors of behaviour all together and each alone.
std::vector<std::pair<std::string, std::string>> evaluation_sources();

}  // namespace custos::engine
