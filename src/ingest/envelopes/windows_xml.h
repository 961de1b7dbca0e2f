// A Windows event that came as XML inside another record, or its data alone -> the flat fields of windows.h.
// Called by the JSON flattener (Log Analytics, Splunk, Sysmon for Linux in syslog) and by others that find such a text; feeds a batch.
// Texts it adds are views of the text, or live in the batch's arena.
// One thread.
// Refuses texts whose root is none of Event, EventData, UserData, System (DataItem around them is seen through); keeps Limits.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "ingest/envelopes/shape.h"
#include "ingest/envelopes/xml.h"
#include "model/batch.h"

namespace custos::ingest {

class WindowsXml {
 public:
  explicit WindowsXml(const Limits& limits) : depth_(limits.depth) {}

  struct Result {
    std::size_t fields = 0;     // added
    bool full = false;          // more than `most`: the rest was not read
    const char* why = nullptr;  // what is wrong with the XML, where fields were added in spite of it (a static text)
  };

  // Whether a text begins like such XML: a glance, so that others need not be read.
  static bool looks_like(std::string_view text);

  // Adds the fields of `text`, at most `most`, to the pending event, and what they tell to `shape` where it is given. A field that
  // already stands there with the same text is not added again. `at` is the place of the text in the record, and that of its fields
  // unless they are views of the record themselves.
  Result read(std::string_view text, std::uint32_t at, std::size_t most, Batch& batch, Shape* shape);

 private:
  enum class Level : std::uint8_t { Document, Event, System, EventData, UserData, Body };
  enum class Empty : std::uint8_t { Drop, Text, Null };  // what an element without a text becomes
  struct Frame {
    std::string field, prefix;  // the element as a field; in front of its children's names
    std::string_view element, content;
    Level level = Level::Document;  // of its children
    std::string joined;  // the text, where it has several parts
    bool system = false, section = false, children = false, named = false, verbatim = false, parts = false;
    Empty empty = Empty::Drop;
  };
  struct Attribute {
    std::string_view name, text;
  };

  bool open(std::string_view element);
  void start();
  void text(const XmlToken& token, Batch& batch);
  void close(Batch& batch);
  void emit(std::string_view name, std::string_view text, Type type, Batch& batch);
  Role role(NameId name, std::string_view text, const Batch& batch);
  Frame& top() { return frames_[used_ - 1]; }

  std::size_t depth_;
  std::vector<Frame> frames_;  // the first used_ of them; the others keep their memory
  std::size_t used_ = 0;
  std::vector<Attribute> attributes_;
  bool started_ = true;        // the attributes of the element opened last are done
  std::vector<Role> roles_;    // by NameId; Role::Count: not asked
  const Names* roles_of_ = nullptr;
  std::string name_;

  // Of the text at hand.
  Batch* batch_ = nullptr;
  Shape* shape_ = nullptr;
  std::size_t before_ = 0, left_ = 0;
  std::uint32_t at_ = 0;
  Result result_;
};

}  // namespace custos::ingest
