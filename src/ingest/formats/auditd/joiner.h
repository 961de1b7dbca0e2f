// Joins the records of one audit event: they come as several lines with one id, now and then mixed with other events.
// Called by the auditd decoder for every line; hands closed events back in the order they began.
// A closed event owns a copy of its lines: they may have come from several windows.
// One thread.
// Refuses to hold more than kOpen events, kRecords records or kBytes bytes of one event: it closes them early instead.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "ingest/formats/auditd/record.h"
#include "ingest/lines.h"

namespace custos::ingest::auditd {

struct Joined {
  std::string raw;                       // the lines, as they stand in the source where they follow each other
  std::vector<std::uint32_t> starts;     // of each line in raw
  std::uint64_t offset = 0, number = 0;  // of the first line
  std::size_t in_place = 0;              // bytes of raw that stand in the source just so, from `offset` on
  std::uint64_t end = 0;                 // source offset behind the last line
  Micros time = kNoTime;
  std::string id;  // node and event id
  bool closed = false;

  std::string_view line(std::size_t i) const {
    const std::size_t stop = i + 1 < starts.size() ? starts[i + 1] - gaps[i] : raw.size();
    return std::string_view(raw).substr(starts[i], stop - starts[i]);
  }
  std::vector<std::uint8_t> gaps;  // bytes of line end between line i and i + 1
};

class Joiner {
 public:
  static constexpr std::size_t kOpen = 256;
  static constexpr std::size_t kRecords = 256;
  static constexpr std::size_t kBytes = 1u << 20;
  static constexpr std::size_t kAllBytes = 16u << 20;
  static constexpr Micros kAge = 2 * kSecond;  // event time; what the audit library itself waits

  // `in_order`: the line follows the window's previous bytes, so that its line end can be told from the offsets.
  void add(const Line& line, const RecordHead& head);
  // Nothing more will come.
  void close_all();

  // The oldest event when it is closed. Valid until pop().
  const Joined* front() const { return !open_.empty() && open_.front().closed ? &open_.front() : nullptr; }
  void pop();

 private:
  Joined* find(std::string_view node, std::string_view id, std::uint64_t hash);
  void start(const Line& line, const RecordHead& head, std::uint64_t hash);
  void append(Joined& event, const Line& line);
  void close_old(Micros now);

  std::deque<Joined> open_;           // in the order they began; closed ones wait for those before them
  std::deque<std::uint64_t> hashes_;  // of the ids, beside open_; 0 once closed
  std::size_t held_ = 0;              // bytes of raw in open_
};

}  // namespace custos::ingest::auditd
