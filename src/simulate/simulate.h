// The door of the simulate layer: an institution's ordinary weeks, with campaigns laid in, as records of real formats.
// Called by engine/simulation.cc; feeds Output.
// run() owns all that it makes; what Output was given is complete when it returns.
// One thread.
// Refuses unknown scenarios, streams and parameters before anything is written. docs/simulation.md says what is real about it.
#pragma once

#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/institution.h"
#include "simulate/files.h"
#include "simulate/output.h"
#include "simulate/parameters.h"

namespace custos::simulate {

struct Options {
  std::uint64_t seed = 1;
  unsigned hosts = 50, days = 7;       // hosts: servers included
  Micros start = kNoTime;              // a local midnight is taken from it
  std::vector<std::string> scenarios;  // of campaigns(); empty: ordinary life alone
  double stealth = 0.5;                // 0 hasty and loud, 1 patient: dwell times and volumes of the campaigns
  Layout layout;
  bool attribution = false;  // also write who and which machine every record is about
};

struct Progress {
  Micros begin = 0, now = 0, end = 0;
  std::uint64_t records = 0, bytes = 0;
};

struct Totals {
  std::uint64_t records = 0, bytes = 0, lost = 0, duplicated = 0, late = 0, deeds = 0;
  Institution institution;  // what its administrators would write down
};

struct Scenario {
  std::string_view name, summary;
};
std::vector<Scenario> scenarios();

// What run() would refuse.
Result<void> check_options(const Options& options);

// Writes logs/..., truth.ndjson and, if asked, attribution.ndjson.
Result<Totals> run(const Parameters& parameters, const Options& options, Output& output, const std::function<void(const Progress&)>& progress);

}  // namespace custos::simulate
