// Whom the names and addresses of findings stand for: entity resolution joined to findings, when all logs are read.
// Called by scan.cc; institution/ resolves, share/ shows.
// Fills Entity::identities in place.
// One thread.
// Refuses to guess: what changed hands within a finding, or is many computers', is said with its candidates and no value.
#pragma once

#include <vector>

#include "institution/institution.h"
#include "model/coverage.h"
#include "model/finding.h"

namespace custos::engine {

// An entity gets an identity where that says more than its value: an address its computer, an account its full name and its owner,
// a computer its short name.
IdentityCoverage identify(std::vector<Finding>& findings, const institution::Resolver& resolver);

}  // namespace custos::engine
