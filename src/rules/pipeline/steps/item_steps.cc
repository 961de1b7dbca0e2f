// Whole items: dropped, refused, or hashes taken apart.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "rules/pipeline/steps/transformations.h"

namespace custos::rules::pipeline {
namespace item_steps {
namespace {

std::string strip(std::string_view s, std::string_view of, bool back) {
  while (!s.empty() && of.find(s.front()) != std::string_view::npos) s.remove_prefix(1);
  while (back && !s.empty() && of.find(s.back()) != std::string_view::npos) s.remove_suffix(1);
  return std::string(s);
}

std::string upper(std::string s) {
  std::transform(s.begin(), s.end(), s.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return s;
}

std::string by_length(std::size_t length) {
  switch (length) {
    case 32: return "MD5";
    case 40: return "SHA1";
    case 64: return "SHA256";
    case 128: return "SHA512";
    default: return {};
  }
}

// "SHA1=5F1C..." or "SHA1|5F1C...", else the algorithm by the length.
std::pair<std::string, std::string> algorithm_and_hash(const std::string& text) {
  const char separator = text.find('|') != std::string::npos ? '|' : '=';
  const std::size_t at = text.find(separator);
  const bool two = at != std::string::npos && text.find(separator, at + 1) == std::string::npos;
  if (two) return {upper(strip(text.substr(0, at), "*", false)), strip(text.substr(at + 1), "*?", true)};
  std::string hash = strip(text.substr(0, at), "*?", true);
  std::string algorithm = by_length(hash.size());
  return {std::move(algorithm), std::move(hash)};
}

struct HashFields {
  Texts algorithms, parsed;
  std::string prefix;
  bool drop_algorithm = false;

  Result<std::optional<Detection>> operator()(const Item& item) const {
    if (std::find(parsed.begin(), parsed.end(), item.field) == parsed.end()) return std::nullopt;
    const Values values = read_values(item);
    if (!std::all_of(values.list.begin(), values.list.end(), [](const Value& v) { return v.is_text(); }))
      return std::nullopt;
    std::vector<std::pair<std::string, Texts>> fields;
    bool any = false;
    for (const Value& value : values.list) {
      const auto [algorithm, hash] = algorithm_and_hash(value.text.shown());
      if (algorithm.empty() || std::find(algorithms.begin(), algorithms.end(), algorithm) == algorithms.end()) continue;
      any = true;
      const std::string name = prefix + (drop_algorithm ? "" : algorithm);
      const auto same = [&](const auto& f) { return f.first == name; };
      auto field = std::find_if(fields.begin(), fields.end(), same);
      if (field == fields.end()) field = fields.insert(fields.end(), {name, {}});
      field->second.push_back(hash);
    }
    if (!any)
      return fail(Code::Unsupported,
                  fmt::format("'{}' holds no hash of a kind the pipeline knows", printable(item.field, 80)));
    return build(item, values.negated, fields);
  }

  static Result<std::optional<Detection>> build(const Item& item, bool negated,
                                                const std::vector<std::pair<std::string, Texts>>& fields) {
    Detection out{negated ? Detection::Kind::AllOf : Detection::Kind::AnyOf, {}, {}};
    for (const auto& [name, hashes] : fields) {
      if (name.empty()) continue;
      Detection leaf{Detection::Kind::Leaf, {}, {}};
      leaf.item.field = name == "keyword" ? "" : name;
      leaf.item.line = item.line;
      if (negated) leaf.item.modifiers = {"neq"};
      for (const std::string& hash : hashes) leaf.item.values.push_back({Scalar::Kind::Text, hash});
      out.children.push_back(std::move(leaf));
    }
    if (out.children.empty())
      return fail(Code::Unsupported, "hashes_fields leaves the hashes without a field name; give it a field_prefix");
    if (out.children.size() == 1) return std::optional(std::move(out.children.front()));
    return std::optional(std::move(out));
  }
};

}  // namespace
}  // namespace item_steps

Result<Apply> drop_detection_item(Params&) {
  return [](Rule& rule, const Step& step, Run& run) -> Result<void> {
    const auto drop = [](const Item&) -> Result<std::optional<Detection>> {
      return Detection{Detection::Kind::AllOf, {}, {}};
    };
    if (auto ok = change_items(rule, step, run, drop); !ok) return ok;
    return prune(rule);
  };
}

Result<Apply> hashes_fields(Params& p) {
  item_steps::HashFields fields;
  fields.algorithms = p.texts("valid_hash_algos");
  fields.prefix = p.text("field_prefix", "");
  fields.drop_algorithm = p.flag("drop_algo_prefix");
  fields.parsed = p.has("field_to_parse") ? p.texts("field_to_parse") : Texts{"Hashes", "Hash"};
  return [fields](Rule& rule, const Step& step, Run& run) { return change_items(rule, step, run, fields); };
}

Result<Apply> detection_item_failure(Params& p) {
  return [message = p.text("message")](Rule& rule, const Step& step, Run& run) {
    return change_items(rule, step, run, [&](const Item&) -> Result<std::optional<Detection>> {
      return fail(Code::Unsupported, message);
    });
  };
}

}  // namespace custos::rules::pipeline
