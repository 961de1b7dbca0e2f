#include "ingest/formats/evtx/chunk.h"

#include <algorithm>

namespace custos::ingest::evtx {

ChunkWalk::ChunkWalk(Bytes chunk, const ChunkHeader& header, bool cut, bool carve) : chunk_(chunk), cut_(cut), carve_(carve) {
  first_ = header.first_record;
  announced_last_ = header.last_record;
  known_ = header.free_at >= kChunkHeaderBytes && header.free_at <= kChunkBytes;
  announced_ = known_ ? header.free_at : kChunkBytes;
  end_ = std::min(announced_, size());
}

bool ChunkWalk::fits(std::uint32_t at) const {
  return has(chunk_, at, kRecordLeast) && signature(at) && length(at) >= kRecordLeast && has(chunk_, at, length(at));
}

bool ChunkWalk::copies_agree(std::uint32_t at) const {
  return load_le<std::uint32_t>(chunk_, at + length(at) - 4) == length(at);
}

Stretch ChunkWalk::take(Stretch::Kind kind, std::uint32_t n, const char* why) {
  const Stretch s{kind, at_, n, why};
  if (kind != Stretch::Kind::Damage && kind != Stretch::Kind::Slack) {
    last_ = number(at_);
    any_ = true;
  }
  at_ += n;
  return s;
}

std::uint32_t ChunkWalk::find_record(std::uint32_t from, std::uint32_t to) const {
  for (std::uint32_t at = (from + 7) & ~7u; at + kRecordLeast <= to; at += 8) {
    if (signature(at)) return at;
  }
  return to;
}

Stretch ChunkWalk::next() {
  if (at_ >= end_ || slack_) return behind();
  if (fits(at_)) {
    const std::uint32_t n = length(at_);
    if (copies_agree(at_)) return take(Stretch::Kind::Record, n);
    // Which of the two lengths is wrong shows where the next record begins.
    if (at_ + n == end_ || signature(at_ + n)) return take(Stretch::Kind::Odd, n);
  }
  return damage();
}

Stretch ChunkWalk::damage() {
  const bool headed = signature(at_) && has(chunk_, at_, kRecordLeast);
  const std::uint32_t stop = find_record(at_ + 8, end_);
  if (headed && stop - at_ >= kRecordLeast && (stop < end_ || (known_ && !cut_)) &&
      load_le<std::uint32_t>(chunk_, stop - 4) == stop - at_) {
    return take(Stretch::Kind::Repaired, stop - at_, "record length is damaged");
  }
  if (headed && fits(at_))
    return take(Stretch::Kind::Torn, std::min(length(at_), stop - at_), "the end of the record is damaged");
  if (stop < end_)
    return take(Stretch::Kind::Damage, stop - at_, headed ? "record is damaged" : "no record where one should be");
  if (cut_ && size() < announced_) {
    const std::uint32_t rest = end_ - at_;
    told_ = true;
    // An unwritten rest that the header doesn't vouch for is no loss.
    if (!known_ && zero_run(slice(chunk_, at_)) == rest) {
      at_ = end_;
      return missing();
    }
    return take(Stretch::Kind::Damage, rest, "the source ends inside a record");
  }
  if (!known_ && !headed) {
    // Nobody knows where the records end: here, by all appearance.
    end_ = at_;
    return behind();
  }
  return take(Stretch::Kind::Damage, end_ - at_,
              headed ? "record is damaged" : "records announced by the chunk are missing");
}

Stretch ChunkWalk::missing() {
  return {Stretch::Kind::Damage, at_, 0, "the source ends before the records of its last chunk do"};
}

Stretch ChunkWalk::behind() {
  if (!slack_) {
    // Who empties a chunk by its free-space offset alone leaves the numbers of its records in the header.
    if (fits(at_) && copies_agree(at_) && (any_ ? number(at_) == last_ + 1 : number(at_) >= first_ && number(at_) <= announced_last_))
      return take(Stretch::Kind::Beyond, length(at_));
    if (cut_ && !told_ && size() < announced_) {
      told_ = true;
      return missing();
    }
    slack_ = true;
  }
  if (carve_) {
    for (at_ = find_record(at_, size()); at_ < size(); at_ = find_record(at_ + 8, size())) {
      if (fits(at_) && copies_agree(at_)) return take(Stretch::Kind::Slack, length(at_));
    }
  }
  at_ = size();
  return {Stretch::Kind::Done, at_, 0, ""};
}

}  // namespace custos::ingest::evtx
