// Writes one EVTX chunk record by record: names and template definitions are shared inside it as Windows shares them.
// Called by Writer (events) and by tests that need odd binary XML; feeds files for round trips, fuzzing and simulation.
// Owns its bytes.
// One thread.
// Refuses a record that doesn't fit: end_record() is false and the chunk is as it was.
//
// A record is begin_record(), fragment(), then either elements, or an instance: begin_template() - if that is true, the
// definition's fragment(), elements, finish() and end_template() -, begin_values(n), n values in order, and finish();
// at last end_record(). An element is open(), attributes (attribute() and its text), close_start(), contents, end(); or
// close_empty().
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/formats/evtx/layout.h"

namespace custos::ingest::evtx {

class ChunkWriter {
 public:
  ChunkWriter();

  void begin_record(std::uint64_t number, std::uint64_t filetime);
  bool end_record();
  bool empty() const { return records_ == 0; }
  // 65,536 bytes with header, tables and checksums.
  std::string finish_chunk();

  void fragment() { raw(std::string_view("\x0F\x01\x01\x00", 4)); }
  void finish() { byte(0); }

  // True where the definition is new to the chunk and must be written now. `key` identifies it.
  bool begin_template(std::string_view key);
  void end_template();
  void begin_values(std::size_t count);
  void value(std::uint8_t type, std::string_view bytes);
  // A value that is written in place: binary XML.
  void begin_value(std::uint8_t type);
  void end_value();

  // `attributes`: attribute() follows. `dependency`: false inside binary XML that is a value.
  void open(std::string_view name, bool attributes, bool dependency = true);
  void attribute(std::string_view name);
  void close_start();
  void close_empty();
  void end();
  void text(std::string_view utf8);
  void cdata(std::string_view utf8);
  void character(std::uint16_t unit);
  void entity(std::string_view name);
  void instruction(std::string_view target, std::string_view data);
  void slot(std::uint16_t index, std::uint8_t type, bool optional);

  // For damage: whatever bytes.
  void raw(std::string_view bytes) { bytes_ += bytes; }
  std::uint32_t at() const { return static_cast<std::uint32_t>(bytes_.size()); }

 private:
  struct Open {
    std::size_t length_at, attributes_at;  // 0: no attributes
  };
  struct Values {
    std::size_t table_at, count, next, began;
  };

  void byte(std::uint8_t v) { bytes_ += static_cast<char>(v); }
  template <class T>
  void put(T v) {
    for (std::size_t i = 0; i < sizeof v; ++i) byte(static_cast<std::uint8_t>(v >> (8 * i)));
  }
  template <class T>
  void patch(std::size_t where, T v) {
    for (std::size_t i = 0; i < sizeof v; ++i) bytes_[where + i] = static_cast<char>(v >> (8 * i));
  }
  void name(std::string_view utf8);
  void counted(std::string_view utf8);
  void close_attributes();

  std::string bytes_;
  std::map<std::string, std::uint32_t, std::less<>> names_, templates_;
  std::vector<Open> open_;
  std::vector<Values> values_;
  std::vector<std::size_t> definitions_;  // where the lengths of the definitions being written stand
  std::size_t record_at_ = 0, last_at_ = kChunkHeaderBytes;
  std::uint64_t first_ = 0, last_ = 0, number_ = 0;
  std::size_t records_ = 0;
};

}  // namespace custos::ingest::evtx
