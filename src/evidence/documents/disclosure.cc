#include "evidence/documents/disclosure.h"

#include <nlohmann/json.hpp>

#include "base/crypto/base64.h"
#include "base/crypto/secure_random.h"
#include "base/crypto/sha256.h"
#include "evidence/notes/lines.h"

namespace custos::evidence {

std::string make_disclosure(std::string_view name, const nlohmann::json& value) {
  const nlohmann::json array{to_base64url(secure_random(16)), name, value};
  return to_base64url(array.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

std::string digest_of(std::string_view disclosure) { return to_base64url(view(sha256(disclosure))); }

bool split_disclosures(std::string_view record, std::vector<std::string_view>& disclosures) {
  disclosures.clear();
  for (std::string_view line; take_line(record, line);) disclosures.push_back(line);
  return record.empty();
}

Result<Disclosed> read_disclosure(std::string_view disclosure) {
  std::string bytes;
  const auto wrong = [] { return fail(Code::Malformed, "is no disclosure"); };
  if (!from_base64url(disclosure, bytes)) return wrong();
  const auto array = nlohmann::json::parse(bytes, nullptr, false);
  if (!array.is_array() || array.size() != 3 || !array[0].is_string() || !array[1].is_string()) return wrong();
  return Disclosed{array[1].get<std::string>(), array[2].is_string() ? array[2].get<std::string>() : array[2].dump()};
}

}  // namespace custos::evidence
