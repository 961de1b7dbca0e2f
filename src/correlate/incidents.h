// Findings to incidents: grouped by what ties them, ranked within the budget, told in sentences.
// Called by engine/ when all findings of a scan are known; feeds share/, store/ and evidence/.
// Incidents own all they say.
// One thread.
// Refuses to call everything an incident: what stays below the threshold is counted (Correlated::alone) and raised by nobody.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "correlate/exposure/visit.h"
#include "correlate/grouping/grouping.h"
#include "correlate/grouping/nature.h"
#include "model/incident.h"
#include "model/institution.h"

namespace custos::correlate {

struct Options {
  double budget = 5;  // incidents a day that somebody would read
};

struct Correlated {
  std::vector<Incident> incidents;  // raised ones: those within the budget first, each part by score
  std::uint64_t alone = 0;          // findings that are in none
};

// What the logs say of protected items: all accesses to them, by whomever.
struct Protected {
  std::span<const ProtectedItem> items;
  std::span<const Visit> visits;  // by time
};

// `items` by time.
Correlated correlate(std::span<const Item> items, const Surroundings& around, const Options& options, const Protected& protects = {});

}  // namespace custos::correlate
