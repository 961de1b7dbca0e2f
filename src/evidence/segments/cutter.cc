#include "evidence/segments/cutter.h"

#include <algorithm>

namespace custos::evidence {
namespace cutting {

// A decoder may hand out a record late (joined ones); so much is kept open behind what was read.
constexpr std::size_t kOpen = 1u << 20;
constexpr std::size_t kMostRecord = 16u << 20;

}  // namespace cutting

void Cutter::begin(std::uint32_t source) {
  source_ = source;
  pending_.clear();
  pending_at_ = 0;
  starts_.clear();
}

void Cutter::bytes(std::string_view more) {
  pending_ += more;
  if (pending_.size() >= kSegmentBytes + cutting::kOpen) cut(pending_at_ + pending_.size() - cutting::kOpen);
}

void Cutter::record_at(std::uint64_t offset) {
  if (offset > pending_at_) starts_.push_back(offset);
}

// Takes whole records that end at or before `until` out of what is pending.
void Cutter::cut(std::uint64_t until) {
  std::sort(starts_.begin(), starts_.end());
  starts_.erase(std::unique(starts_.begin(), starts_.end()), starts_.end());
  std::uint64_t at = pending_at_;
  std::size_t used = 0;
  const auto take = [&](std::uint64_t end) {
    if (segment_.parts.empty() || segment_.parts.back().source != source_) {
      if (segment_.parts.size() == kMostParts) finish_segment();
      segment_.parts.push_back({source_, static_cast<std::uint32_t>(segment_.raw.lengths.size()), 0, at, 0});
    }
    SegmentPart& part = segment_.parts.back();
    segment_.raw.bytes.append(pending_, at - pending_at_, end - at);
    segment_.raw.lengths.push_back(static_cast<std::uint32_t>(end - at));
    ++part.records;
    part.bytes += end - at;
    at = end;
    if (segment_.raw.bytes.size() >= kSegmentBytes || segment_.raw.lengths.size() >= kSegmentRecords) finish_segment();
  };
  for (const std::uint64_t start : starts_) {
    if (start > until) break;
    ++used;
    if (start > at) take(start);
  }
  // Bytes without any record: they are cut where a record would be too long.
  while (until - at > cutting::kMostRecord && until > at) take(at + cutting::kMostRecord);
  starts_.erase(starts_.begin(), starts_.begin() + static_cast<std::ptrdiff_t>(used));
  pending_.erase(0, at - pending_at_);
  pending_at_ = at;
}

void Cutter::end() {
  const std::uint64_t end = pending_at_ + pending_.size();
  cut(end);
  if (!pending_.empty()) {
    starts_.assign(1, end);
    cut(end);
  }
}

void Cutter::forget() { begin(source_); }

void Cutter::finish_segment() {
  if (segment_.raw.lengths.empty()) return;
  sink_(std::move(segment_));
  segment_ = {};
}

void Cutter::flush() { finish_segment(); }

}  // namespace custos::evidence
