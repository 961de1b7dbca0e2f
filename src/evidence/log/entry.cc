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

nlohmann::ordered_json to_json(const LogSettings& s) {
  return {{"origin", s.key.name}, {"key", to_text(s.key)}, {"recipients", s.recipients}, {"format", 1}};
}

Result<LogSettings> parse_settings(std::string_view entry) {
  auto object = parse_entry(entry);
  if (!object) return tl::unexpected<Error>(object.error());
  const auto wrong = [](const char* why) { return fail(Code::Malformed, fmt::format("does not hold the settings of a log: {}", why)); };
  const auto text = [&](const char* key) { return object->contains(key) && (*object)[key].is_string() ? (*object)[key].get<std::string>() : std::string(); };
  if (text("kind") != "log") return wrong("it is of another kind");
  if (object->value("format", nlohmann::json()) != 1) return wrong("its format is newer than this custos, or damaged");
  auto key = parse_verifier_key(text("key"));
  if (!key) return tl::unexpected<Error>(key.error());
  if (key->name != text("origin")) return wrong("origin and key differ");
  LogSettings s{std::move(*key), {}};
  const auto& recipients = object->value("recipients", nlohmann::json::array());
  if (!recipients.is_array()) return wrong("its recipients are no list");
  for (const auto& r : recipients) {
    if (!r.is_string()) return wrong("a recipient is no text");
    s.recipients.push_back(r.get<std::string>());
  }
  return s;
}

}  // namespace custos::evidence
