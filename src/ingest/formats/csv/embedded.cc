#include "ingest/formats/csv/embedded.h"

#include <fmt/format.h>

namespace custos::ingest::csv {

bool EmbeddedJson::add(std::string_view text, std::string_view cell, LineFields& fields) {
  simdjson::dom::element root;
  if (parser_.parse(text.data(), text.size(), true).get(root) != simdjson::SUCCESS || !root.is_object()) return false;
  path_.clear();
  value(root, 0, fields, cell);
  return true;
}

void EmbeddedJson::put(std::string_view text, Type type, LineFields& fields, std::string_view cell) {
  fields.add_decoded(fields.batch().names().intern(path_), fields.batch().arena().keep(text), cell, type);
}

// {"Name": n, "Value": v} and {"@Name": n, "#text": v}: the name is data, the value belongs to it.
bool EmbeddedJson::pair(const simdjson::dom::object& object, LineFields& fields, std::string_view cell) {
  std::string_view name, text;
  const std::size_t before = path_.size();
  if (object["@Name"].get(name) == simdjson::SUCCESS) {
    if (object["#text"].get(text) != simdjson::SUCCESS) text = {};
    path_ = name;
    put(text, Type::Text, fields, cell);
    path_.resize(0);
    return true;
  }
  if (object["Name"].get(name) != simdjson::SUCCESS || object["Value"].get(text) != simdjson::SUCCESS || path_.empty())
    return false;
  path_.append(".").append(name);
  put(text, Type::Text, fields, cell);
  path_.resize(before);
  return false;
}

void EmbeddedJson::value(const simdjson::dom::element& e, std::size_t depth, LineFields& fields,
                         std::string_view cell) {
  if (depth > depth_) return;
  const std::size_t before = path_.size();
  switch (e.type()) {
    case simdjson::dom::element_type::OBJECT: {
      const simdjson::dom::object object = e.get_object().value_unsafe();
      const std::string kept = path_;
      const bool done = pair(object, fields, cell);
      path_ = kept;
      if (done) break;
      for (const auto member : object) {
        if (before != 0) path_ += '.';
        path_ += member.key;
        value(member.value, depth + 1, fields, cell);
        path_.resize(before);
      }
      break;
    }
    case simdjson::dom::element_type::ARRAY: {
      const simdjson::dom::array array = e.get_array().value_unsafe();
      if (array.size() != 0 && array.at(0).is_object() && !path_.empty() && depth <= 1) {
        put(simdjson::minify(e), Type::Text, fields, cell);
      }
      for (const simdjson::dom::element item : array) {
        value(item, depth + 1, fields, cell);
        path_.resize(before);
      }
      break;
    }
    case simdjson::dom::element_type::STRING:
      put(e.get_string().value_unsafe(), Type::Text, fields, cell);
      break;
    case simdjson::dom::element_type::BOOL:
      put(e.get_bool().value_unsafe() ? "true" : "false", Type::Bool, fields, cell);
      break;
    case simdjson::dom::element_type::NULL_VALUE:
      put("", Type::Null, fields, cell);
      break;
    case simdjson::dom::element_type::DOUBLE:
      put(simdjson::minify(e), Type::Float, fields, cell);
      break;
    default:
      put(simdjson::minify(e), Type::Int, fields, cell);
      break;
  }
}

}  // namespace custos::ingest::csv
