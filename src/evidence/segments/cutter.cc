#include "evidence/segments/cutter.h"

#include <algorithm>

namespace custos::evidence {
namespace cutting {

// A decoder may hand out a record late (joined ones); so much is kept open behind what was read.
constexpr std::size_t kOpen = 512u << 10;
constexpr std::size_t kMostRecord = 16u << 20;
constexpr std::size_t kRoom = kSegmentBytes + 2 * kOpen;  // what a segment grows to before it is cut

}  // namespace cutting

void Cutter::begin(std::uint32_t source) {
  source_ = source;
  segment_.raw.bytes.resize(cut_);
  if (segment_.raw.bytes.capacity() < cutting::kRoom) segment_.raw.bytes.reserve(cutting::kRoom);
  at_ = 0;
  starts_.clear();
}

void Cutter::bytes(std::string_view more) {
  segment_.raw.bytes += more;
  if (segment_.raw.bytes.size() >= kSegmentBytes + cutting::kOpen && uncut() > cutting::kOpen) cut(at_ + uncut() - cutting::kOpen);
}

void Cutter::record_at(std::uint64_t offset) {
  if (offset > at_) starts_.push_back(offset);
}

// What is uncut up to `end` is one record.
void Cutter::take(std::uint64_t end) {
  if (segment_.parts.empty() || segment_.parts.back().source != source_) {
    if (segment_.parts.size() == kMostParts) finish_segment();
    segment_.parts.push_back({source_, static_cast<std::uint32_t>(segment_.raw.lengths.size()), 0, at_, 0});
  }
  SegmentPart& part = segment_.parts.back();
  segment_.raw.lengths.push_back(static_cast<std::uint32_t>(end - at_));
  ++part.records;
  part.bytes += end - at_;
  cut_ += end - at_;
  at_ = end;
  if (cut_ >= kSegmentBytes || segment_.raw.lengths.size() >= kSegmentRecords) finish_segment();
}

// Takes whole records that end at or before `until`.
void Cutter::cut(std::uint64_t until) {
  if (!std::is_sorted(starts_.begin(), starts_.end())) std::sort(starts_.begin(), starts_.end());
  std::size_t used = 0;
  for (; used < starts_.size() && starts_[used] <= until; ++used) {
    if (starts_[used] > at_) take(starts_[used]);
  }
  starts_.erase(starts_.begin(), starts_.begin() + static_cast<std::ptrdiff_t>(used));
  // Bytes without any record: they are cut where a record would be too long.
  while (until > at_ && until - at_ > cutting::kMostRecord) take(at_ + cutting::kMostRecord);
}

void Cutter::end() {
  const std::uint64_t end = at_ + uncut();
  cut(end);
  if (at_ < end) take(end);
}

void Cutter::forget() { begin(source_); }

void Cutter::finish_segment() {
  if (segment_.raw.lengths.empty()) return;
  CutSegment next;
  next.raw.bytes.reserve(cutting::kRoom);
  next.raw.bytes.assign(segment_.raw.bytes, cut_);
  segment_.raw.bytes.resize(cut_);
  sink_(std::move(segment_));
  segment_ = std::move(next);
  cut_ = 0;
}

void Cutter::flush() { finish_segment(); }

}  // namespace custos::evidence
