#include "simulate/sensors/wire/wire.h"

namespace custos::simulate::wire {
namespace numbers {
namespace {

struct Named {
  std::string_view name;
  int number;
};
// RFC 1002, 1035, 1886, 2782, 6891, 9460 and IANA's registry of DNS parameters.
constexpr Named kTypes[] = {{"A", 1},   {"NS", 2},   {"CNAME", 5}, {"SOA", 6},  {"NULL", 10},  {"PTR", 12},
                            {"MX", 15}, {"TXT", 16}, {"AAAA", 28}, {"NB", 32}, {"SRV", 33}, {"SVCB", 64}, {"HTTPS", 65}, {"ANY", 255}};
constexpr Named kCodes[] = {{"NOERROR", 0}, {"FORMERR", 1}, {"SERVFAIL", 2}, {"NXDOMAIN", 3}, {"NOTIMP", 4}, {"REFUSED", 5}};

}  // namespace
}  // namespace numbers

int type_number(std::string_view type) {
  for (const auto& t : numbers::kTypes) {
    if (t.name == type) return t.number;
  }
  return 0;
}

int rcode_number(std::string_view rcode) {
  for (const auto& c : numbers::kCodes) {
    if (c.name == rcode) return c.number;
  }
  return 2;
}

std::string_view reason(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 407: return "Proxy Authentication Required";
    case 429: return "Too Many Requests";
    case 500: return "Internal Server Error";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    default: return status < 300 ? "OK" : "Error";
  }
}

std::string_view media_type(std::string_view path) {
  path = path.substr(0, path.find_first_of("?#"));
  const std::size_t dot = path.rfind('.');
  const std::string_view ending = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  if (ending == "css") return "text/css";
  if (ending == "js") return "application/javascript";
  if (ending == "png") return "image/png";
  if (ending == "jpg" || ending == "jpeg") return "image/jpeg";
  if (ending == "svg") return "image/svg+xml";
  if (ending == "ico") return "image/x-icon";
  if (ending == "pdf") return "application/pdf";
  if (ending == "json") return "application/json";
  if (ending == "xml" || ending == "rss") return "text/xml";
  if (ending == "txt") return "text/plain";
  if (ending == "zip") return "application/zip";
  if (ending == "exe" || ending == "dll") return "application/x-dosexec";
  return "text/html";
}

}  // namespace custos::simulate::wire
