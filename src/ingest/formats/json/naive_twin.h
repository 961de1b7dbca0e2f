// The naive twin of the flattener: the same object read into simdjson's tree and walked by recursion.
// Included by the tests and the fuzz target only; says where the fast path differs from it.
// Values.
// Any thread.
// Refuses to judge what the tree can't hold: numbers beyond 64 bits, half surrogates, bytes that are no UTF-8.
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "ingest/envelopes/shape.h"
#include "ingest/formats/json/flatten.h"

namespace custos::ingest::json::naive {

struct Value {
  std::string name, text;
  Type type;
  double number = 0;
};

struct Tree {
  std::vector<Value> values;
  std::size_t depth = 0;
  bool wrapped = false;   // keys that make a wrapper transparent: names may be shorter
  bool embedded = false;  // a value that may be read as JSON itself: more fields may follow

  void put(std::string_view path, std::string_view text, Type type, double number = 0) {
    if (path.size() > 1024) return values.push_back({"(other)", std::string(text), type, number});
    const PathRule rule = path_rule(path);
    if (rule.skip || (rule.sparse && text.empty() && type != Type::Float && type != Type::Int)) return;
    embedded |= rule.embedded && !text.empty() && (text.front() == '{' || WindowsXml::looks_like(text));
    values.push_back({std::string(rule.name), std::string(text), type, number});
    if (!rule.alias.empty()) values.push_back({std::string(rule.alias), std::string(text), type, number});
  }

  void walk(const std::string& path, simdjson::dom::element e, std::size_t level) {
    using simdjson::dom::element_type;
    depth = std::max(depth, level);
    switch (e.type()) {
      case element_type::OBJECT: {
        const simdjson::dom::object object = e.get_object().value_unsafe();
        if (object.begin() == object.end()) return level == 1 ? void() : put(path, "", Type::Null);
        if (path.size() <= 1024 && !path.empty() && path_rule(path).transparent_when != Role::None) wrapped = true;
        for (const auto field : object) walk((level == 1 ? "" : path + ".") + std::string(field.key), field.value, level + 1);
        if (path == "requestParameters" || path == "responseElements") values.push_back({path, "", Type::Text, -1});
        return;
      }
      case element_type::ARRAY: {
        const simdjson::dom::array array = e.get_array().value_unsafe();
        if (array.begin() == array.end()) return put(path, "", Type::Null);
        for (const auto item : array) walk(path, item, level + 1);
        if (path == "requestParameters" || path == "responseElements") values.push_back({path, "", Type::Text, -1});
        return;
      }
      case element_type::STRING: return put(path, e.get_string().value_unsafe(), Type::Text);
      case element_type::BOOL: return put(path, e.get_bool().value_unsafe() ? "true" : "false", Type::Bool);
      case element_type::NULL_VALUE: return put(path, "", Type::Null);
      case element_type::DOUBLE: return put(path, "", Type::Float, e.get_double().value_unsafe());
      default: return put(path, "", Type::Int, static_cast<double>(e.is_int64() ? static_cast<double>(e.get_int64().value_unsafe())
                                                                                 : static_cast<double>(e.get_uint64().value_unsafe())));
    }
  }
};

// Empty when both agree. `text` needs no padding.
inline std::string difference(std::string_view text, Flattener& flattener, Batch& batch, const Limits& limits) {
  std::string padded(text);
  padded.append(64, '\0');
  const std::string_view raw(padded.data(), text.size());
  batch.begin(raw, 0, 1);
  const Flat flat = flattener.flatten(raw, batch);
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  const simdjson::error_code error = parser.parse(padded.data(), text.size(), false).get(root);
  const bool object = error == simdjson::SUCCESS && root.is_object();
  if (flat.why != nullptr && !object) return {};
  if (flat.why == nullptr && !object) {
    const bool beyond = error == simdjson::NUMBER_ERROR || error == simdjson::UTF8_ERROR ||
                        (error == simdjson::STRING_ERROR && flat.replaced > 0);
    if (beyond || flat.cut != kNoPlace) return {};
    return std::string("accepted what the tree refuses: ") + simdjson::error_message(error);
  }
  Tree tree;
  tree.walk("", root, 1);
  // The innermost value counts as a level here, as a container does in the flattener.
  if (flat.why != nullptr) return tree.depth >= limits.depth ? std::string() : std::string("refused what the tree accepts: ") + flat.why;
  if (flat.cut != kNoPlace || tree.wrapped) return {};
  const auto fields = batch.pending();
  if (fields.size() < tree.values.size() || (fields.size() > tree.values.size() && !tree.embedded)) return "another number of fields";
  for (std::size_t i = 0; i < tree.values.size(); ++i) {
    const Field& f = fields[i];
    const Value& v = tree.values[i];
    const std::string name(batch.names().text(f.name));
    if (name != v.name && name != "(other)") return "name " + name + " for " + v.name;
    if (f.type != v.type) return "type of " + name;
    if (v.type == Type::Int || v.type == Type::Float) {
      if (std::strtod(std::string(f.text()).c_str(), nullptr) != v.number) return "number " + std::string(f.text());
    } else if (v.number == 0 && f.text() != v.text) {
      return "text of " + name;
    }
    // A text without escapes is a view into the record, and its place says where.
    const bool inside = f.data >= raw.data() && f.data <= raw.data() + raw.size();
    if (inside && f.at != static_cast<std::uint32_t>(f.data - raw.data())) {
      if (f.type != Type::Null) return "place of " + name;
    }
    if (f.at > raw.size()) return "place beyond the record";
  }
  return {};
}

}  // namespace custos::ingest::json::naive
