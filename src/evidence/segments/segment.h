// A segment: up to some MiB of records with a Merkle tree of their own, compressed in one file. docs/formats/evidence-log.md has its bytes.
// Called by the sealing of scans (write) and by packages and the verifier (read).
// Owned values; record() is a view into the segment.
// One thread an object.
// Refuses to read what is not whole, and more than 64 MiB.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/crypto/sha256.h"

namespace custos::evidence {

inline constexpr std::size_t kSegmentBytes = 4u << 20;
inline constexpr std::size_t kSegmentRecords = 65'536;
inline constexpr std::size_t kMostSegment = 64u << 20;

// Records that are not sealed yet.
struct RawSegment {
  std::string bytes;                   // all records, one after the other
  std::vector<std::uint32_t> lengths;  // of each
};

struct SealedSegment {
  std::string file;     // the bytes of its file
  std::string lengths;  // as in the file, unpacked
  Hash32 root{};
};

// What sealing one segment after another uses again: zstd's tables and room for what it writes. One a thread.
class SegmentScratch {
 public:
  SegmentScratch();
  ~SegmentScratch();

 private:
  friend Result<SealedSegment> seal_segment(const RawSegment& raw, std::string_view seed, SegmentScratch& scratch);
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// Salts, hashes and compresses. `seed`: 32 random bytes.
Result<SealedSegment> seal_segment(const RawSegment& raw, std::string_view seed, SegmentScratch& scratch);

class Segment {
 public:
  static Result<Segment> read(std::string_view file);

  std::size_t records() const { return starts_.size() - 1; }
  std::uint64_t bytes() const { return bytes_.size(); }
  std::string_view record(std::size_t i) const { return std::string_view(bytes_).substr(starts_[i], starts_[i + 1] - starts_[i]); }
  std::string salt(std::size_t i) const;  // 16 bytes
  std::vector<Hash32> leaves() const;

 private:
  std::string seed_, bytes_;
  std::vector<std::size_t> starts_;  // one more than records
};

// The lengths out of their varints; an error where they are not exactly `count`, or not in their shortest form.
Result<std::vector<std::uint32_t>> read_lengths(std::string_view varints, std::size_t count);

}  // namespace custos::evidence
