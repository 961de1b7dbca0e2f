// The JSON that some exports keep in a cell: Microsoft 365 AuditData, the Payload of parsed Windows event logs.
// Called by the CSV decoder for rows of such tables; feeds the event being built.
// Texts live in the batch's arena.
// One thread per object.
// Refuses text that is no JSON and nesting beyond Limits::depth: the cell is still there as it stands.
#pragma once

#include <string>
#include <string_view>

#include <simdjson.h>

#include "base/limits.h"
#include "ingest/lines.h"

namespace custos::ingest::csv {

class EmbeddedJson {
 public:
  explicit EmbeddedJson(const Limits& limits) : depth_(limits.depth) {}

  // Adds the members of the object in `text` under dotted names; several values of one name are several fields. Lists
  // of
  // {"Name": n, "Value": v} also become one field `list.n` each, and a field `list` with their JSON; {"@Name": n,
  // "#text": v} becomes a field `n`. False when `text` is no JSON object. `cell` is where it stands in the raw record.
  bool add(std::string_view text, std::string_view cell, LineFields& fields);

 private:
  void value(const simdjson::dom::element& e, std::size_t depth, LineFields& fields, std::string_view cell);
  bool pair(const simdjson::dom::object& object, LineFields& fields, std::string_view cell);
  void put(std::string_view text, Type type, LineFields& fields, std::string_view cell);

  std::size_t depth_;
  std::string path_;
  simdjson::dom::parser parser_;
};

}  // namespace custos::ingest::csv
