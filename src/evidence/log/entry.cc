#include "evidence/log/entry.h"

#include <functional>
#include <set>
#include <vector>

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

namespace entries {
namespace {

// What readers would differ about: keys that stand twice, and numbers that are not whole.
class Plainness {
 public:
  bool operator()(int, nlohmann::json::parse_event_t event, nlohmann::json& value) {
    using Event = nlohmann::json::parse_event_t;
    if (event == Event::object_start) open_.emplace_back();
    if (event == Event::object_end) open_.pop_back();
    if (event == Event::key && !open_.back().insert(value.get<std::string>()).second) plain_ = false;
    if (event == Event::value && value.is_number() && !value.is_number_unsigned()) plain_ = false;
    return true;
  }
  bool plain() const { return plain_; }

 private:
  std::vector<std::set<std::string>> open_;  // keys of the objects that are open
  bool plain_ = true;
};

}  // namespace
}  // namespace entries

Result<nlohmann::json> parse_entry(std::string_view entry) {
  entries::Plainness plainness;
  auto object = nlohmann::json::parse(entry, std::ref(plainness), false);
  if (!object.is_object() || !object.contains("kind") || !object["kind"].is_string()) return fail(Code::Malformed, "is no entry: no JSON object with a kind");
  const std::string front = fmt::format(R"({{"kind":"{}",)", object["kind"].get_ref<const std::string&>());
  if (!plainness.plain() || !entry.starts_with(front) || entry.size() > kMostEntry || entry.find('\n') != std::string_view::npos) {
    return fail(Code::Malformed, "is no entry as custos writes it");
  }
  return object;
}

}  // namespace custos::evidence
