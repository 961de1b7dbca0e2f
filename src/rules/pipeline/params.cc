#include "rules/pipeline/params.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace custos::rules::pipeline {

Params::Params(const Yaml& map, std::string what, std::set<std::string> known)
    : map_(map), what_(std::move(what)), read_(std::move(known)) {
  if (map_.kind != Yaml::Kind::Map) wrong("must be a map of keys and values");
}

void Params::wrong(std::string text) {
  if (wrong_.empty()) wrong_ = fmt::format("line {}: {} {}", map_.line, what_, text);
}

const Yaml* Params::node(const std::string& key) {
  read_.insert(key);
  return map_.find(key);
}

std::string Params::text(const std::string& key) {
  if (!has(key)) wrong(fmt::format("needs the key '{}'", key));
  return text(key, {});
}

std::string Params::text(const std::string& key, std::string fallback) {
  const Yaml* const found = node(key);
  if (found == nullptr || (found->kind == Yaml::Kind::Scalar && found->scalar.kind == Scalar::Kind::Null))
    return fallback;
  if (found->kind != Yaml::Kind::Scalar) {
    wrong(fmt::format("wants one text in '{}'", key));
    return fallback;
  }
  return found->scalar.text;
}

std::string Params::one_of(const std::string& key, std::string fallback, const Texts& choices) {
  std::string chosen = fallback.empty() ? text(key) : text(key, std::move(fallback));
  if (std::find(choices.begin(), choices.end(), chosen) == choices.end()) {
    std::string list;
    for (const std::string& choice : choices) list += (list.empty() ? "" : ", ") + choice;
    wrong(fmt::format("has '{}' in '{}'; it can be: {}", printable(chosen, 80), key, list));
  }
  return chosen;
}

bool Params::flag(const std::string& key, bool fallback) {
  const Yaml* const found = node(key);
  if (found == nullptr) return fallback;
  if (found->kind != Yaml::Kind::Scalar || found->scalar.kind != Scalar::Kind::Bool) {
    wrong(fmt::format("wants true or false in '{}'", key));
    return fallback;
  }
  return ascii_lower(found->scalar.text[0]) == 't';
}

Scalar Params::scalar(const std::string& key) {
  const Yaml* const found = node(key);
  if (found != nullptr && found->kind == Yaml::Kind::Scalar) return found->scalar;
  wrong(found == nullptr ? fmt::format("needs the key '{}'", key)
                         : fmt::format("wants one value in '{}', not a list or a map", key));
  return {};
}

std::optional<Texts> Params::texts_of(const Yaml& found) const {
  if (found.kind == Yaml::Kind::Scalar && found.scalar.kind != Scalar::Kind::Null) return Texts{found.scalar.text};
  if (found.kind != Yaml::Kind::List) return std::nullopt;
  Texts out;
  for (const auto& child : found.list) {
    if (child->kind != Yaml::Kind::Scalar || child->scalar.kind == Scalar::Kind::Null) return std::nullopt;
    out.push_back(child->scalar.text);
  }
  return out;
}

Texts Params::texts(const std::string& key, bool required) {
  const Yaml* const found = node(key);
  if (found == nullptr) {
    if (required) wrong(fmt::format("needs the key '{}'", key));
    return {};
  }
  auto out = texts_of(*found);
  if (!out) wrong(fmt::format("wants a text or a list of texts in '{}'", key));
  return out.value_or(Texts());
}

Mapping Params::mapping(const std::string& key) {
  Mapping out;
  const Yaml* const found = node(key);
  if (found == nullptr) wrong(fmt::format("needs the key '{}'", key));
  if (found == nullptr) return out;
  if (found->kind != Yaml::Kind::Map) wrong(fmt::format("wants a map in '{}'", key));
  for (const auto& [name, value] : found->map) {
    auto texts = texts_of(*value);
    if (!texts) wrong(fmt::format("wants a text or a list of texts for '{}' in '{}'", printable(name, 80), key));
    out.emplace_back(name, texts.value_or(Texts()));
  }
  return out;
}

Result<void> Params::done() const {
  if (!wrong_.empty()) return fail(Code::Malformed, wrong_);
  for (const auto& [key, value] : map_.map) {
    if (read_.count(key) == 0) {
      return fail(Code::Unsupported, fmt::format("line {}: {} has the key '{}', which it does not know", value->line,
                                                 what_, printable(key, 80)));
    }
  }
  return {};
}

}  // namespace custos::rules::pipeline
