#include "share/writer.h"

#include <cmath>

#include <fmt/format.h>

#include "base/text.h"

namespace custos::share {
namespace writer_file {
namespace {

// Rewrites what a JSON string may hold and a <script> may not, from `from` to the end of `out`.
void make_safe_for_script(std::string& out, std::size_t from) {
  if (out.find_first_of("<>&\xE2", from) == std::string::npos) return;
  const std::string tail = out.substr(from);
  out.resize(from);
  for (std::size_t i = 0; i < tail.size(); ++i) {
    const std::string_view rest = std::string_view(tail).substr(i);
    if (tail[i] == '<' || tail[i] == '>' || tail[i] == '&') {
      out += tail[i] == '<' ? "\\u003c" : tail[i] == '>' ? "\\u003e" : "\\u0026";
    } else if (rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9")) {
      out += rest[2] == '\xA8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      out += tail[i];
    }
  }
}

void append_text(std::string& out, std::string_view text, JsonPlace place) {
  const std::size_t from = out.size();
  if (is_valid_utf8(text)) {
    append_json_escaped(out, text);
  } else {
    append_json_escaped(out, to_valid_utf8(text));
  }
  if (place == JsonPlace::Script) make_safe_for_script(out, from);
}

}  // namespace
}  // namespace writer_file

void JsonWriter::comma() {
  if (comma_) out_ += ',';
  comma_ = true;
}

JsonWriter& JsonWriter::open_object() {
  comma();
  out_ += '{';
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::close_object() {
  out_ += '}';
  comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::open_array() {
  comma();
  out_ += '[';
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::close_array() {
  out_ += ']';
  comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  comma();
  out_ += '"';
  writer_file::append_text(out_, name, place_);
  out_ += "\":";
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  comma();
  out_ += '"';
  writer_file::append_text(out_, text, place_);
  out_ += '"';
  return *this;
}

JsonWriter& JsonWriter::value(std::uint64_t number) {
  comma();
  fmt::format_to(std::back_inserter(out_), "{}", number);
  return *this;
}

JsonWriter& JsonWriter::value(std::int64_t number) {
  comma();
  fmt::format_to(std::back_inserter(out_), "{}", number);
  return *this;
}

JsonWriter& JsonWriter::value(double number) {
  if (!std::isfinite(number)) return null();
  comma();
  fmt::format_to(std::back_inserter(out_), "{}", number);
  return *this;
}

JsonWriter& JsonWriter::value(bool truth) {
  comma();
  out_ += truth ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::null() {
  comma();
  out_ += "null";
  return *this;
}

JsonWriter& JsonWriter::time(Micros t) { return t == kNoTime ? null() : value(std::string_view(to_rfc3339(t))); }

JsonWriter& JsonWriter::values(std::span<const std::string> texts) {
  open_array();
  for (const std::string& t : texts) value(std::string_view(t));
  return close_array();
}

JsonWriter& JsonWriter::json(std::string_view ready) {
  comma();
  out_ += ready;
  return *this;
}

}  // namespace custos::share
