// Bytes of sources as they are read, cut into records and collected into segments.
// Called by the sealing of a scan, one a worker; feeds whoever seals a RawSegment.
// Owned values; a finished segment is handed over.
// One thread.
// Refuses nothing: bytes in which nobody found a record belong to the record before.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "evidence/segments/segment.h"

namespace custos::evidence {

// Which records of a segment are of which source.
struct SegmentPart {
  std::uint32_t source = 0;   // as begin() was told
  std::uint32_t first = 0;    // record of the segment
  std::uint32_t records = 0;
  std::uint64_t at = 0;       // of its first byte in the source
  std::uint64_t bytes = 0;
};

struct CutSegment {
  RawSegment raw;
  std::vector<SegmentPart> parts;
};

class Cutter {
 public:
  static constexpr std::size_t kMostParts = 150;  // so that an entry of them stays within its size

  explicit Cutter(std::function<void(CutSegment&&)> sink) : sink_(std::move(sink)) {}

  void begin(std::uint32_t source);
  void bytes(std::string_view more);       // of the source, in order
  void record_at(std::uint64_t offset);    // in the source; a record begins there
  void end();
  void forget();                           // the source that was begun is not kept after all
  void flush();                            // no more sources for now

 private:
  std::size_t uncut() const { return segment_.raw.bytes.size() - cut_; }
  void cut(std::uint64_t until);
  void take(std::uint64_t end);
  void finish_segment();

  std::function<void(CutSegment&&)> sink_;
  CutSegment segment_;                 // its bytes go on behind the cut records with what is not cut yet
  std::size_t cut_ = 0;                // of its bytes
  std::uint32_t source_ = 0;
  std::uint64_t at_ = 0;               // of the first uncut byte in the source
  std::vector<std::uint64_t> starts_;  // of records, behind at_
};

}  // namespace custos::evidence
