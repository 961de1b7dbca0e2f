// Lines of web servers' access logs: NCSA common and combined, and the W3C extended format with its own #Fields line.
// Called by the access decoder and its recogniser.
// Texts are views of the line.
// Any thread.
// Refuses lines without the bracketed time and the quoted request.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

namespace custos::ingest::access {

struct Ncsa {
  std::string_view vhost, client, user;      // empty where absent or "-"
  std::string_view stamp;                    // "10/Oct/2000:13:55:36 -0700"
  std::string_view request;                  // inside the quotes
  std::string_view method, target, version;  // of the request; only target when it is no HTTP request
  std::string_view status, bytes;
  std::string_view referer, agent;
  std::string_view rest;  // behind the user agent
  Micros time = kNoTime;
  Civil local;  // the stamp's own clock
};

bool parse_ncsa(std::string_view line, Ncsa& out);

// Takes a quoted text ("..." with \" inside) or a word off the front. False at the end.
bool next_value(std::string_view& s, std::string_view& value);

// \" \\ \xHH \n \t as servers write what they don't trust.
std::string unescape(std::string_view s);

// "cs(User-Agent)" -> "cs-user-agent", so that a rule needs one spelling.
std::string w3c_name(std::string_view name);

}  // namespace custos::ingest::access
