// The certificates that a user trusts to lead to time stamp authorities.
// Called by whoever verifies time stamps; the file is given by the user, never taken from a token or the system.
// A value; copies share the certificates.
// Any thread.
// Refuses what is not certificates in PEM, and more than 4 MiB or 1,000 of them.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"

struct x509_st;  // OpenSSL's X509

namespace custos::evidence {

// Each is trusted as it is: a root, an authority between, or the very certificate that signs time stamps.
struct Authorities {
  std::vector<std::shared_ptr<x509_st>> certificates;
};

Result<Authorities> parse_authorities(std::string_view pem);

}  // namespace custos::evidence
