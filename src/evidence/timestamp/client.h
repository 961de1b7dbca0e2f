// Asks a time stamp authority over HTTP or HTTPS (RFC 3161 section 3.4).
// Called by whoever has a checkpoint stamped; the only file of this layer that uses the network.
// An owned string; the connection ends with the call.
// Any thread. libcurl sets itself up at the first call, safely since 7.84; with an older one the program calls curl_global_init before its threads start.
// Refuses other schemes, also behind a redirect, answers that are no time stamp reply by their type, and more than 1 MiB of them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace custos::evidence {

struct AskOptions {
  int timeout = 30;             // seconds for all of it, 1...600
  std::string proxy;            // "http://proxy.example:3128"; empty: none, whatever the environment says
  std::string tls_authorities;  // a file of certificates in PEM that lead to the server's; empty: those the system trusts
};

// The reply's bytes, which nothing has verified: see fits_query and verify_reply.
// Code::NotFound: nobody can be reached there. Code::Unreadable: it took too long, broke off, or failed there. Both may be tried again later; all else
// needs a person (Denied: refused, or its TLS certificate is not trusted; Malformed: it answers something else; Usage: no such address).
Result<std::string> ask_authority(const std::string& url, std::string_view query, const AskOptions& options = {});

}  // namespace custos::evidence
