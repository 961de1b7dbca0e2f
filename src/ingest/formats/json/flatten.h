// One JSON object -> the flat fields of the event being built in a batch.
// Called by the JSON decoder, and by others that find a JSON object inside a value; feeds Batch and Shape.
// Texts without escapes are views into the object's bytes, others live in the batch's arena. shape() until the next flatten().
// One thread.
// Refuses what is no JSON object, and nesting beyond Limits::depth; numbers of any size and half surrogates are kept.
//
// simdjson finds the structure (its stage 1: quotes, brackets, UTF-8); the values are then written straight into the batch instead of
// a tree. A naive twin over simdjson's own tree stands in the tests.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "base/limits.h"
#include "ingest/envelopes/shape.h"
#include "ingest/envelopes/windows_xml.h"
#include "ingest/formats/json/nodes.h"
#include "ingest/formats/json/text.h"
#include "model/batch.h"

namespace custos::ingest::json {

struct Flat {
  const char* why = nullptr;     // set: this is no JSON object (a static text)
  std::uint32_t at = 0;          // where it stopped to be one
  std::uint32_t cut = kNoPlace;  // where Limits::fields was reached: what stands behind was not read
  const char* xml = nullptr;     // what was wrong with XML inside a value, where it was read in spite of it (a static text)
  std::uint32_t replaced = 0;    // broken bytes and half surrogates that became U+FFFD
  // The object is an export that holds its records in one array:
  std::uint32_t records = kNoPlace;  // the place of that array's '['
  std::uint32_t records_depth = 0;   // objects around the array
};

class Flattener {
 public:
  explicit Flattener(const Limits& limits) : limits_(limits), xml_(limits) {}

  // Adds the fields of `object`, behind which 64 bytes must be readable. On failure the caller drops the event.
  Flat flatten(std::string_view object, Batch& batch);
  Shape& shape() { return shape_; }

 private:
  struct Level {
    NodeId node;
    bool array;
    bool whole;        // its own text is a field, too
    std::uint32_t at;
  };
  struct Embedded {
    std::string_view text;
    std::uint32_t at;
    bool object;  // JSON; else XML
  };

  const char* structure(std::string_view text);
  bool parse(std::string_view text, Batch& batch, Flat& flat);
  bool parse_unwrapped(std::string_view text, Batch& batch, Flat& flat);
  bool walk(Batch& batch);
  bool key(Batch& batch);
  bool scalar(std::uint32_t at, Batch& batch);
  bool text_value(std::uint32_t at, Batch& batch);
  bool open(char bracket, Batch& batch);
  void put(const Node& node, std::string_view text, Type type, std::uint32_t at, Batch& batch);
  void put_special(const Node& node, std::string_view text, Type type, std::uint32_t at, Batch& batch);
  void read_embedded(Batch& batch, Flat& whole);
  void judge_export(Flat& flat);
  bool fail(const char* why, std::uint32_t at);

  Limits limits_;
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser_;
  Nodes nodes_;
  const Names* names_ = nullptr;
  Shape shape_;
  WindowsXml xml_;
  Repaired repaired_;
  std::vector<Level> levels_;
  std::vector<Embedded> embedded_;
  std::vector<char> key_;  // an unescaped key

  // Of the walk that goes on.
  const char* text_ = nullptr;
  const std::uint32_t* next_ = nullptr;  // the next structural character
  const std::uint32_t* end_ = nullptr;
  NodeId node_ = kRoot;                  // of the value that comes next
  std::uint32_t slash_ = 0;              // the first backslash not yet passed, or the text's size
  std::uint32_t size_ = 0;
  std::uint32_t inside_ = kNoPlace;      // set while reading a value's own JSON: the place all its fields have
  std::size_t fields_left_ = 0;
  bool late_wrapper_ = false;            // a wrapped event stood before the key that says it is wrapped
  Flat* flat_ = nullptr;

  // What the root object looks like, to tell an export from an event.
  std::uint32_t members_ = 0, objects_ = 0, record_arrays_ = 0;
  std::uint32_t array_at_ = kNoPlace, array_depth_ = 0;
  bool array_known_ = false;
};

}  // namespace custos::ingest::json
