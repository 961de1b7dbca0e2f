// One HTTP(S) request that posts something and waits for the answer, by libcurl.
// Called by the clients of time stamping authorities and of witnesses.
// Owned values.
// Any thread, but the first call of a process should come before others begin: libcurl sets itself up then.
// Refuses addresses that are no http or https, answers above 1 MiB, and to be led from https to http. NotFound and Unreadable: try again later.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace custos::evidence {

struct PostOptions {
  int timeout = 30;             // seconds for all of it, 1...600
  std::string proxy;            // "http://proxy.example:3128"; empty: none, whatever the environment says
  std::string tls_authorities;  // a file of certificates in PEM that lead to the server's; empty: those the system trusts
};

struct PostBody {
  std::string_view bytes;
  std::string type;    // content type
  std::string accept;  // of the answer; empty: any
};

struct HttpAnswer {
  long status = 0;
  std::string type;  // content type without parameters
  std::string body;
};

Result<HttpAnswer> http_post(const std::string& url, const PostBody& body, const PostOptions& options = {});

// An address as people may see it: without a name and password in it.
std::string shown_url(std::string_view url);

}  // namespace custos::evidence
