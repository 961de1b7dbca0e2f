// Joins findings, the institution and the logs around them to incidents.
// Called by scan.cc when all findings are known and names are resolved.
// Results are owned values.
// One thread.
// Refuses nothing.
#pragma once

#include <vector>

#include "correlate/correlate.h"
#include "engine/incidents/reach.h"
#include "model/finding.h"
#include "model/institution.h"

namespace custos::engine {

// `findings` by time; reach: null where behaviour was not judged.
correlate::Correlated find_incidents(const std::vector<Finding>& findings, const Institution& institution, const Reach* reach, double budget);

}  // namespace custos::engine
