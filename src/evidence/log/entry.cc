#include "evidence/log/entry.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/crypto/secure_random.h"
#include "base/crypto/sha256.h"

namespace custos::evidence {

nlohmann::ordered_json to_json(const Custody& c) {
  return {{"who", c.who}, {"role", c.role}, {"reason", c.reason}, {"authority", c.authority}, {"tool", c.tool}, {"configuration", c.configuration}};
}

Result<std::string> make_entry(std::string_view kind, Micros time, const Custody& custody, const nlohmann::ordered_json& more) {
  nlohmann::ordered_json entry{{"kind", kind}, {"salt", to_hex(secure_random(16))}, {"time", to_rfc3339(time)}, {"custody", to_json(custody)}};
  for (const auto& [key, value] : more.items()) entry[key] = value;
  std::string bytes = entry.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  if (bytes.size() > kMostEntry) {
    return fail(Code::Limit, fmt::format("an entry of the kind '{}' would have {} bytes; the most is {}", kind, bytes.size(), kMostEntry));
  }
  return bytes;
}

Result<nlohmann::json> parse_entry(std::string_view entry) {
  auto object = nlohmann::json::parse(entry, nullptr, false);
  if (!object.is_object() || !object.contains("kind") || !object["kind"].is_string()) return fail(Code::Malformed, "is no entry: no JSON object with a kind");
  return object;
}

}  // namespace custos::evidence
