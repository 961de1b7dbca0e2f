#include "store/case/act.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/time.h"

namespace custos::store {
namespace acts {
namespace {

constexpr std::size_t kNumberDigits = 16, kMostIndexDigits = 15;

std::optional<std::uint64_t> index_of(std::string_view text) {
  std::uint64_t value = 0;
  if (text.empty() || text.size() > kMostIndexDigits || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

const nlohmann::json& nothing() {
  static const nlohmann::json null;
  return null;
}

}  // namespace
}  // namespace acts

bool is_case_number(std::string_view text) {
  return text.size() == acts::kNumberDigits && std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::optional<Ref> parse_ref(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto index = acts::index_of(colon == std::string_view::npos ? text : text.substr(colon + 1));
  if (!index || (colon != std::string_view::npos && !is_case_number(text.substr(0, colon)))) return std::nullopt;
  return Ref{std::string(colon == std::string_view::npos ? std::string_view() : text.substr(0, colon)), *index};
}

std::optional<Ref> ref_of_key(const nlohmann::json& key) {
  if (key.is_number_unsigned()) return parse_ref(std::to_string(key.get<std::uint64_t>()));
  if (!key.is_string()) return std::nullopt;
  auto ref = parse_ref(key.get_ref<const std::string&>());
  return ref && !ref->log.empty() ? ref : std::nullopt;
}

std::string to_text(const Ref& ref) { return ref.log.empty() ? std::to_string(ref.entry) : ref.log + ":" + std::to_string(ref.entry); }

nlohmann::ordered_json to_json(const Ref& ref) { return ref.log.empty() ? nlohmann::ordered_json(ref.entry) : nlohmann::ordered_json(to_text(ref)); }

bool is_date(std::string_view text) { return text.size() == 10 && parse_time(text).has_value(); }

std::string Keys::text(const char* key) {
  if (object_.contains(key) && object_[key].is_string()) return object_[key].get<std::string>();
  refuse();
  return {};
}

std::string Keys::text(const char* key, const std::string& otherwise) { return has(key) ? text(key) : otherwise; }

std::string Keys::text_or_null(const char* key) { return object_.contains(key) && object_[key].is_null() ? std::string() : text(key); }

std::int64_t Keys::number(const char* key) {
  if (object_.contains(key) && object_[key].is_number_unsigned()) {
    const auto value = object_[key].get<std::uint64_t>();
    if (value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return static_cast<std::int64_t>(value);
  }
  refuse();
  return 0;
}

std::string Keys::one_of(const char* key, std::span<const std::string_view> values) {
  std::string value = text(key);
  if (std::find(values.begin(), values.end(), value) == values.end()) refuse();
  return value;
}

Ref Keys::ref(const char* key) {
  auto ref = object_.contains(key) ? ref_of_key(object_[key]) : std::nullopt;
  if (!ref) refuse();
  return ref.value_or(Ref{});
}

std::optional<Ref> Keys::ref_or_null(const char* key) {
  if (object_.contains(key) && object_[key].is_null()) return std::nullopt;
  return ref(key);
}

const nlohmann::json& Keys::object(const char* key) {
  if (object_.contains(key) && object_[key].is_object()) return object_[key];
  refuse();
  return acts::nothing();
}

std::optional<Merge> merge_of(const Act& act) {
  if (act.name != "merge") return std::nullopt;
  Keys keys(act.keys);
  Merge merge;
  Keys from(keys.object("from"));
  if (!keys.understood()) return std::nullopt;
  merge.number = from.text("number");
  merge.origin = from.text("origin");
  merge.root = from.text("root");
  merge.key = from.text("key");
  merge.size = static_cast<std::uint64_t>(from.number("size"));
  merge.folder = keys.text("folder");
  if (!keys.understood() || !from.understood() || !is_case_number(merge.number) || merge.folder != "merged/" + merge.number) return std::nullopt;
  return merge;
}

}  // namespace custos::store
