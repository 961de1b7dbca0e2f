#include "evidence/notes/dsse.h"

#include <fmt/format.h>

#include "base/crypto/base64.h"

namespace custos::evidence {
namespace dsse {
namespace {

// Takes what stands between here and `until` off the front, and `until` too.
bool take(std::string_view& text, std::string_view until, std::string_view& what) {
  const std::size_t at = text.find(until);
  if (at == std::string_view::npos) return false;
  what = text.substr(0, at);
  text.remove_prefix(at + until.size());
  return true;
}

bool is_plain(std::string_view s) {
  for (const char c : s) {
    if (c < 0x20 || c > 0x7e || c == '"' || c == '\\') return false;
  }
  return true;
}

}  // namespace
}  // namespace dsse

std::string pre_authentication_encoding(std::string_view type, std::string_view body) {
  return fmt::format("DSSEv1 {} {} {} {}", type.size(), type, body.size(), body);
}

std::string to_text(const Envelope& e) {
  return fmt::format(R"({{"payload":"{}","payloadType":"{}","signatures":[{{"keyid":"{}","sig":"{}"}}]}})"
                     "\n",
                     to_base64(e.payload), e.type, e.key_id, to_base64(e.signature));
}

Result<Envelope> parse_envelope(std::string_view text) {
  Envelope e;
  std::string_view before, payload, type, id, signature;
  if (!dsse::take(text, R"({"payload":")", before) || !before.empty() || !dsse::take(text, R"(","payloadType":")", payload) ||
      !dsse::take(text, R"(","signatures":[{"keyid":")", type) || !dsse::take(text, R"(","sig":")", id) || !dsse::take(text, "\"}]}\n", signature) ||
      !text.empty() || !from_base64(payload, e.payload) || !from_base64(signature, e.signature) || !dsse::is_plain(type) || !dsse::is_plain(id)) {
    return fail(Code::Malformed, "is no envelope as custos writes it");
  }
  e.type = type;
  e.key_id = id;
  return e;
}

}  // namespace custos::evidence
