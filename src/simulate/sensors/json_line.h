// Writes one JSON object onto a string, member by member: commas, quotes and escapes, nothing else.
// Called by the sensors whose logs are JSON.
// Appends to a string of the caller's.
// One thread.
// Refuses nothing: what is no UTF-8 becomes U+FFFD. An empty key is an element of a list.
#pragma once

#include <charconv>
#include <concepts>
#include <string>
#include <string_view>

#include "base/text.h"

namespace custos::simulate {

class JsonLine {
 public:
  explicit JsonLine(std::string& out) : out_(out) { out_ += '{'; }

  JsonLine& text(std::string_view key, std::string_view value) {
    name(key);
    out_ += '"';
    if (is_ascii(value) || is_valid_utf8(value)) {
      append_json_escaped(out_, value);
    } else {
      append_json_escaped(out_, to_valid_utf8(value));
    }
    out_ += '"';
    return *this;
  }
  template <std::integral T>
  JsonLine& number(std::string_view key, T value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value);
    return raw(key, {digits, static_cast<std::size_t>(end.ptr - digits)});
  }
  JsonLine& flag(std::string_view key, bool value) { return raw(key, value ? "true" : "false"); }
  JsonLine& null(std::string_view key) { return raw(key, "null"); }
  JsonLine& raw(std::string_view key, std::string_view json) {
    name(key);
    out_ += json;
    return *this;
  }
  JsonLine& object(std::string_view key = {}) { return raw(key, "{"); }
  JsonLine& list(std::string_view key) { return raw(key, "["); }
  JsonLine& close() {
    out_ += '}';
    return *this;
  }
  JsonLine& close_list() {
    out_ += ']';
    return *this;
  }

 private:
  void name(std::string_view key) {
    if (out_.back() != '{' && out_.back() != '[') out_ += ',';
    if (key.empty()) return;
    out_ += '"';
    out_ += key;
    out_ += "\":";
  }

  std::string& out_;
};

}  // namespace custos::simulate
