// A batch of events: the one owner of decoded event bytes, filled by a decoder and read by everything after it.
// Called by ingest/ (the building half) and by rules/, behavior/, engine/ (the reading half).
// Fields, texts and Event views die at clear() or when the raw window they point into moves: whoever keeps something copies it.
// One thread at a time.
// Refuses nothing itself; decoders keep Limits. Every text in a batch is valid UTF-8.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/time.h"
#include "model/log_source.h"
#include "model/names.h"

namespace custos {

// What a value was in its record. Sigma compares texts; the type only separates null from '' and numbers from text.
enum class Type : std::uint8_t { Text, Int, Float, Bool, Null };

inline constexpr std::uint32_t kNoPlace = 0xFFFFFFFF;

// One value. A record with several values of one name (arrays, repeated keys) has several fields of that name.
// Nested names are joined with dots ("userIdentity.arn").
struct Field {
  const char* data;
  std::uint32_t size;
  NameId name;
  std::uint32_t at;  // byte offset of the value from the raw record's first byte, or kNoPlace when the decoder doesn't know it
  Type type;

  std::string_view text() const { return {data, size}; }
};

struct Record {
  std::uint64_t offset = 0;        // byte offset in the (unpacked) source
  std::uint64_t number = 0;        // the source's own record number (EVTX), else 1, 2, 3, ...
  std::string_view raw;            // the record as it stands in the source
  Micros time = kNoTime;
  std::uint32_t first = 0, count = 0;
  LogSourceId log_source = kUnknownSource;
};

class Batch;

// A 16-byte view of one event.
class Event {
 public:
  Event(const Batch* batch, std::uint32_t index) : batch_(batch), index_(index) {}
  const Batch& batch() const { return *batch_; }
  std::uint32_t index() const { return index_; }
  inline const Record& record() const;
  inline std::span<const Field> fields() const;
  // The first value of that name; nullptr where there is none. Linear: for hits and display, not for the hot path.
  const Field* find(std::string_view name) const;

 private:
  const Batch* batch_;
  std::uint32_t index_;
};

class Batch {
 public:
  static constexpr std::size_t kTarget = 64;  // events after which a decoder should return: matching finds them in the second-level cache

  Batch(Names& names, LogSources& sources) : names_(names), sources_(sources) {}

  // Building. begin() ... add() ... end(), or drop() to forget the event that was begun.
  void begin(std::string_view raw, std::uint64_t offset, std::uint64_t number);
  void add(NameId name, std::string_view text, Type type = Type::Text, std::uint32_t at = kNoPlace) {
    fields_.push_back({text.data(), static_cast<std::uint32_t>(text.size()), name, at, type});
  }
  void add(std::string_view name, std::string_view text, Type type = Type::Text, std::uint32_t at = kNoPlace) {
    add(names_.intern(name), text, type, at);
  }
  // The fields of the event being built, so that a decoder can look at what it added.
  std::span<Field> pending() { return std::span(fields_).subspan(pending_first_); }
  Record& pending_record() { return pending_; }
  void end();
  void drop();

  bool full() const { return records_.size() >= kTarget || arena_.held_bytes() > (8u << 20); }
  void clear();

  // Reading.
  std::size_t size() const { return records_.size(); }
  bool empty() const { return records_.empty(); }
  Event operator[](std::size_t i) const { return {this, static_cast<std::uint32_t>(i)}; }
  const Record& record(std::size_t i) const { return records_[i]; }
  std::span<const Field> fields(std::size_t i) const { return std::span(fields_).subspan(records_[i].first, records_[i].count); }

  Names& names() { return names_; }
  const Names& names() const { return names_; }
  LogSources& sources() { return sources_; }
  const LogSources& sources() const { return sources_; }
  Arena& arena() { return arena_; }

 private:
  Names& names_;
  LogSources& sources_;
  Arena arena_;
  std::vector<Field> fields_;
  std::vector<Record> records_;
  Record pending_;
  std::size_t pending_first_ = 0;
};

inline const Record& Event::record() const { return batch_->record(index_); }
inline std::span<const Field> Event::fields() const { return batch_->fields(index_); }

}  // namespace custos
