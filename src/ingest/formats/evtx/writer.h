// Writes EVTX files from descriptions of events, with templates, nested binary XML and checksums as Windows has them.
// Called by tests, fuzzers and the simulation; feeds anything that reads EVTX.
// Owns what it wrote.
// One thread.
// Refuses an event too large for a chunk: add() is false.
//
//   Writer w;
//   w.add({.provider = "Microsoft-Windows-Sysmon", .event_id = 1, .channel = "Microsoft-Windows-Sysmon/Operational",
//          .data = {{"Image", Value::text("C:\\x.exe")}, {"ProcessId", Value::uint32(4)}}});
//   std::string file = w.file();
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/formats/evtx/chunk_writer.h"
#include "ingest/formats/evtx/values.h"

namespace custos::ingest::evtx {

// A value as it stands in a record.
struct Value {
  std::uint8_t type = kNull;
  std::string bytes;

  static Value null() { return {}; }
  static Value text(std::string_view utf8);
  static Value ansi(std::string_view bytes) { return {kAnsi, std::string(bytes)}; }
  static Value number(std::uint8_t type,
                      std::uint64_t v);  // integers, hexadecimal, size_t, FILETIME: as many bytes as the type has
  static Value uint32(std::uint32_t v) { return number(kUInt32, v); }
  static Value real32(float v);
  static Value real64(double v);
  static Value boolean(bool v) { return number(kBool, v ? 1 : 0); }
  static Value binary(std::string_view bytes) { return {kBinary, std::string(bytes)}; }
  // Sixteen bytes from 32 hexadecimal digits, with or without dashes, in the order people write them.
  static Value guid(std::string_view digits);
  static Value sid(std::uint8_t authority, const std::vector<std::uint32_t>& parts);
  static Value system_time(const Civil& c);
  // Elements of one type behind each other; texts get their NULs.
  static Value array(std::uint8_t type, const std::vector<Value>& elements);
};

struct EventDescription {
  std::string provider = "Custos-Test";
  std::string provider_guid = {};  // 32 digits; empty: none
  std::uint32_t event_id = 1;
  std::uint8_t version = 0, level = 4, opcode = 0;
  std::uint16_t task = 0;
  std::uint64_t keywords = 0x8000000000000000;
  std::uint64_t filetime = 132'223'104'000'000'000;  // 2020-01-01T00:00:00Z
  std::uint64_t number = 0;                          // of the record in this file; 0: the one after the last
  std::uint64_t record_id = 0;                       // EventRecordID, another number where a collector forwarded it; 0: the same
  std::uint32_t process = 4, thread = 8;
  std::string channel = "Application";
  std::string computer = "host.example";
  Value user = {};             // a SID or null
  Value activity = {};         // a GUID or null
  std::string user_data = {};  // not empty: the data stand in UserData below an element of this name
  std::vector<std::pair<std::string, Value>> data = {};  // an empty name: <Data> without one
  std::string message = {};                              // not empty: a forwarded event with RenderingInfo
};

class Writer {
 public:
  bool add(EventDescription e);
  void end_chunk();
  // File header and chunks. `dirty`: as a log that was not closed.
  std::string file(bool dirty = false);
  // For files larger than memory: the chunks that are finished, which it forgets. The header comes last (evtx_header).
  std::string take_chunks();
  std::uint64_t next_record() const { return next_; }

 private:
  void write(const EventDescription& e);
  void system(const EventDescription& e);
  void data(const EventDescription& e);
  void rendering(const EventDescription& e);

  ChunkWriter chunk_;
  std::string chunks_;
  std::uint64_t next_ = 1;
};

// The first 4,096 bytes of a file of so many chunks, 65,535 at most.
std::string evtx_header(std::uint64_t chunks, std::uint64_t next_record, bool dirty = false);
// A file around chunks that were written elsewhere.
std::string evtx_file(std::string_view chunks, std::uint64_t next_record, bool dirty = false);

}  // namespace custos::ingest::evtx
