// Replies of time stamp authorities: no crash, and what holds without anybody's trust never claims it.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "evidence/timestamp/query.h"
#include "evidence/timestamp/reply.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace custos::evidence;
  static const std::string query = make_query("x");
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto stamp = verify_reply(bytes, "x", nullptr)) {
    if (stamp->trusted || stamp->time == custos::kNoTime || stamp->expires <= stamp->time) std::abort();
    if (stamp->authority.empty() || !custos::is_valid_utf8(stamp->authority) || stamp->serial.empty()) std::abort();
    if (verify_reply(bytes, "y", nullptr)) std::abort();
  }
  static_cast<void>(fits_query(bytes, query));  // the fuzzer sees the nonce that it is compared with, so it may fit
  if (parse_authorities(bytes) && bytes.find("-----BEGIN ") == std::string_view::npos) std::abort();
  return 0;
}
