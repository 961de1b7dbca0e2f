// Lays records into files: one a stream and UTC day, with heads, separators and tails; counts records as a reader will.
// Called by delivery.cc; feeds Output.
// Owns the files it opened until the day is over or finish().
// One thread.
// Refuses nothing.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "simulate/output.h"
#include "simulate/streams.h"

namespace custos::simulate {

struct Layout {
  std::set<std::string, std::less<>> only;  // names of streams; empty: all
  bool ndjson = true, evtx = false;         // how Windows events are written
  bool merged = false;                      // all JSON streams into one file called "-", nothing else
};

class Files {
 public:
  Files(Output& output, Layout layout) : output_(output), layout_(std::move(layout)) {}

  bool wanted(Stream s) const;
  // Appends a record to the file of `day`; a record that comes after its day's file was closed goes into the file that is open.
  void text(Stream s, Micros day, std::string_view record);
  void windows(Micros day, const WindowsEvent& e);
  // Of the record appended last: the file below logs/ and its number there, from 1, as a reader numbers it.
  const std::string& last_file(Stream s) const { return open_[static_cast<std::size_t>(s)].path; }
  std::uint64_t last_number(Stream s) const { return open_[static_cast<std::size_t>(s)].number; }
  void finish();

  std::uint64_t records() const { return records_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  struct Open {
    std::string path;
    std::unique_ptr<TextFile> file;
    std::unique_ptr<EvtxFile> evtx;
    std::uint64_t records = 0, lines = 0;  // written so far
    std::uint64_t number = 0;              // of the last record
    std::int64_t day = -1;
  };
  Open& open(Stream s, Micros day);
  void close(Stream s, Open& o);

  Output& output_;
  Layout layout_;
  std::array<Open, kStreams> open_;
  std::unique_ptr<TextFile> merged_;
  std::uint64_t records_ = 0, bytes_ = 0;
  std::string line_;
};

}  // namespace custos::simulate
