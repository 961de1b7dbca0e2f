// One simulation from options to a folder of logs: joins simulate/ with disks, the EVTX writer and the shipped parameters.
// Called by cli/ (and by the tests' set-up); feeds whoever reads logs.
// Results are owned values.
// One thread; progress is called from it.
// Refuses a folder that holds something already, unless forced, and unusable options, before anything is written.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "simulate/simulate.h"

namespace custos::engine {

struct SimulationRequest {
  std::string folder;  // "-": standard output
  std::string parameters_file;
  bool force = false;
  simulate::Options options;
};

Result<simulate::Totals> simulate(const SimulationRequest& request, const std::function<void(const simulate::Progress&)>& progress);

}  // namespace custos::engine
