// Joins findings, the institution and the logs around them to incidents.
// Called by scan.cc when all findings are known and names are resolved.
// Results are owned values.
// One thread.
// Refuses nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "correlate/correlate.h"
#include "engine/incidents/reach.h"
#include "engine/incidents/uploads.h"
#include "engine/incidents/visits.h"
#include "institution/institution.h"
#include "model/finding.h"
#include "model/institution.h"

namespace custos::engine {

// What the logs say beside the findings.
struct LogsAround {
  const institution::Resolver& resolver;        // settled
  const Reach* reach = nullptr;                 // null where behaviour was not judged
  const Uploads* uploads = nullptr;             // as reach
  std::vector<const correlate::Trail*> trails;  // of all workers
  std::vector<const VisitTaker*> visits;        // of all workers
  std::function<std::string(std::uint32_t source)> file_of;
};

// `findings` by time.
correlate::Correlated find_incidents(const std::vector<Finding>& findings, const Institution& institution, const LogsAround& logs, double budget);

}  // namespace custos::engine
