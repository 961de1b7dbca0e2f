// Append writers: a buffer in front of an Output, and JSON put together key by key without a tree.
// Called by every exporter; feeds Output.
// A Sink or JsonWriter lives for one document; JsonWriter only borrows the string it appends to.
// One thread.
// Refuses nothing: text that is no UTF-8 is repaired with U+FFFD, numbers that JSON lacks become null.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"
#include "share/exporter.h"

namespace custos::share {

// Collects small appends and hands them to the Output in large pieces.
class Sink {
 public:
  static constexpr std::size_t kPiece = 64u << 10;

  explicit Sink(Output& out) : out_(out) { text_.reserve(kPiece + (kPiece >> 2)); }
  std::string& text() { return text_; }
  // To be called between two pieces of the document.
  void offer() {
    if (text_.size() >= kPiece) flush();
  }
  void flush() {
    if (!text_.empty()) out_.write(text_);
    text_.clear();
  }

 private:
  Output& out_;
  std::string text_;
};

// What the JSON will stand in. In a <script> no "<" may appear, and U+2028 and U+2029 are line ends to old scripts.
enum class JsonPlace : std::uint8_t { Line, Script };

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out, JsonPlace place = JsonPlace::Line) : out_(out), place_(place) {}

  JsonWriter& open_object();
  JsonWriter& close_object();
  JsonWriter& open_array();
  JsonWriter& close_array();
  // Keys are our own words or names out of the data: both are escaped.
  JsonWriter& key(std::string_view name);
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(std::uint64_t number);
  JsonWriter& value(std::int64_t number);
  JsonWriter& value(int number) { return value(static_cast<std::int64_t>(number)); }
  JsonWriter& value(double number);
  JsonWriter& value(bool truth);
  JsonWriter& null();
  // RFC 3339, or null for kNoTime.
  JsonWriter& time(Micros t);
  JsonWriter& values(std::span<const std::string> texts);
  // Something that is already JSON.
  JsonWriter& json(std::string_view ready);

  template <class T>
  JsonWriter& field(std::string_view name, const T& v) {
    return key(name).value(v);
  }

 private:
  void comma();

  std::string& out_;
  JsonPlace place_;
  bool comma_ = false;
};

}  // namespace custos::share
