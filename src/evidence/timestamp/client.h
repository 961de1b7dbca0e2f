// Asks a time stamp authority over HTTP or HTTPS (RFC 3161 section 3.4).
// Called by whoever has a checkpoint stamped; by way of net/.
// An owned string; the connection ends with the call.
// Any thread. libcurl sets itself up at the first call, safely since 7.84; with an older one the program calls curl_global_init before its threads start.
// Refuses other schemes, also behind a redirect, answers that are no time stamp reply by their type, and more than 1 MiB of them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "evidence/net/http_post.h"

namespace custos::evidence {

Result<std::string> ask_authority(const std::string& url, std::string_view query, const PostOptions& options = {});

}  // namespace custos::evidence
