// An act in a case, as docs/formats/case-folder.md names them, and how acts refer to each other.
// Made by engine/ of the entries of a log; applied by CaseDatabase.
// Owned values.
// Any thread.
// Refuses nothing: an act that is not understood says so.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace custos::store {

// An entry: `log` is the number of the case whose log it stands in, empty for the log that speaks.
struct Ref {
  std::string log;
  std::uint64_t entry = 0;
  bool operator==(const Ref&) const = default;
};

bool is_case_number(std::string_view text);               // 16 lower-case hexadecimal digits
std::optional<Ref> parse_ref(std::string_view text);      // "17", "0123456789abcdef:17"
std::optional<Ref> ref_of_key(const nlohmann::json& key);  // 17, or that text with a number of a case
std::string to_text(const Ref& ref);
nlohmann::ordered_json to_json(const Ref& ref);           // as a key of an act

struct Act {
  std::uint64_t entry = 0;                   // its index in its log
  std::string time, who, role, reason, authority;
  std::string name;                          // "note"
  nlohmann::json keys = nlohmann::json::object();  // the entry's object
};

// What a `merge` names.
struct Merge {
  std::string number, origin, root, key, folder;
  std::uint64_t size = 0;
};
// Nothing: it is none, or not understood.
std::optional<Merge> merge_of(const Act& act);

// The further keys of acts: what the other end must find as it is expected, or not at all.
class Keys {
 public:
  explicit Keys(const nlohmann::json& object) : object_(object) {}
  std::string text(const char* key);
  std::string text(const char* key, const std::string& otherwise);  // may be missing
  std::string text_or_null(const char* key);                       // null: empty
  std::int64_t number(const char* key);
  std::string one_of(const char* key, std::span<const std::string_view> values);
  Ref ref(const char* key);
  std::optional<Ref> ref_or_null(const char* key);
  const nlohmann::json& object(const char* key);
  void refuse() { understood_ = false; }
  bool understood() const { return understood_; }
  bool has(const char* key) const { return object_.contains(key); }

 private:
  const nlohmann::json& object_;
  bool understood_ = true;
};

inline constexpr std::array<std::string_view, 3> kTaskStates{"open", "done", "dropped"};
inline constexpr std::array<std::string_view, 4> kRoles{"lead", "analyst", "reader", "authority"};
inline constexpr std::array<std::string_view, 2> kMemberStates{"added", "removed"};
inline constexpr std::array<std::string_view, 5> kLevels{"informational", "low", "medium", "high", "critical"};  // lowest first

bool is_date(std::string_view text);  // YYYY-MM-DD

}  // namespace custos::store
