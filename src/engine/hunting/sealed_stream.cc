#include "engine/hunting/sealed_stream.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "engine/hunting/sealed_sources.h"

namespace custos::engine {
namespace sealed_streams {

constexpr std::size_t kTold = 3;  // of what can't be had; the rest is counted

}  // namespace sealed_streams

void SealedStream::miss(std::uint64_t bytes, std::string why) {
  ++missed_;
  missed_bytes_ += bytes;
  if (why_.size() < sealed_streams::kTold) why_.push_back(std::move(why));
}

// The next stretch, with its segment or without. False: there is none.
bool SealedStream::next() {
  if (ended_) return false;
  ended_ = next_ == source_.stretches.size();
  if (ended_) {
    if (at_ < source_.size) miss(source_.size - at_, fmt::format("no segment on record holds its bytes from {} on", at_));
    return false;
  }
  const SealedSource::Stretch& s = source_.stretches[next_];
  if (s.at != at_) {
    ended_ = true;
    miss(source_.size > at_ ? source_.size - at_ : 0, fmt::format("no segment on record holds its bytes from {} to {}", at_, s.at));
    return false;
  }
  ++next_;
  left_ = s.bytes;
  segment_.reset();
  auto segment = from_.read(source_.log, s.segment);
  if (segment) {
    segment_ = std::move(*segment);
    bytes_ = segment_->record(0).data() + s.before;
  } else {
    const auto& claim = from_.logs()[source_.log].contents.segments[s.segment];
    const Error& e = segment.error();
    const bool gone = e.code == Code::NotFound && !e.text.starts_with("was ");
    miss(s.bytes, fmt::format("segment {} of entry {} {}, so {} bytes from {} on were not read", claim.file.substr(0, 12), claim.index,
                              gone ? "is missing" : e.text, s.bytes, s.at));
  }
  progress_(at_);
  return true;
}

Result<std::size_t> SealedStream::read(char* to, std::size_t size) {
  while (left_ == 0) {
    if (!next()) return std::size_t{0};
  }
  const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, size));
  if (segment_) {
    std::memcpy(to, bytes_, n);
    bytes_ += n;
  } else {
    std::memset(to, '\n', n);
  }
  left_ -= n;
  at_ += n;
  return n;
}

std::string SealedStream::why_not_whole() const {
  std::string all;
  for (const std::string& w : why_) all += (all.empty() ? "" : "; ") + w;
  if (missed_ > why_.size()) all += fmt::format("; and {} more such segments, {} bytes in all", missed_ - why_.size(), missed_bytes_);
  return all;
}

}  // namespace custos::engine
