#include "ingest/formats/pcap/frames.h"

#include <algorithm>

#include <fmt/format.h>

namespace custos::ingest::pcap {
namespace frames {
namespace {

constexpr std::uint32_t kSection = 0x0A0D0D0A, kOrder = 0x1A2B3C4D, kOrderSwapped = 0x4D3C2B1A;
constexpr std::size_t kFileHeader = 24, kBlockHeader = 8, kBlockTail = 4, kLeastBlock = 12, kHead = 28;
constexpr std::uint32_t kMostFrame = 16u << 20;  // libpcap's own bound is 256 KiB; nobody sends so much in one packet

struct Magic {
  std::uint32_t word;
  std::size_t header;
};
constexpr Magic kMagic[] = {{0xA1B2C3D4, 16}, {0xA1B23C4D, 16}, {0xA1B2CD34, 24}};

// The magic of a pcap with a sane version behind it: its frame header's length, and whether the words are the other way round.
std::size_t pcap_header(Bytes b, bool& swapped) {
  if (b.size() < kFileHeader) return 0;
  const auto word = load_le<std::uint32_t>(b, 0);
  const auto version = load_le<std::uint16_t>(b, 4);
  for (const Magic& m : kMagic) {
    if (word == m.word && version == 2) {
      swapped = false;
      return m.header;
    }
    if (word == __builtin_bswap32(m.word) && version == 0x0200) {
      swapped = true;
      return m.header;
    }
  }
  return 0;
}

}  // namespace
}  // namespace frames

bool is_capture(Bytes head) {
  bool swapped = false;
  if (frames::pcap_header(head, swapped) > 0) return true;
  const auto order = load_le<std::uint32_t>(head, 8);
  return head.size() >= frames::kHead && load_le<std::uint32_t>(head, 0) == frames::kSection &&
         (order == frames::kOrder || order == frames::kOrderSwapped);
}

std::uint32_t Frames::word(Bytes b, std::size_t at) const {
  const auto v = load_le<std::uint32_t>(b, at);
  return swapped_ ? __builtin_bswap32(v) : v;
}

std::size_t Frames::begin(Bytes b) {
  if (const std::size_t header = frames::pcap_header(b, swapped_); header > 0) {
    kind_ = Kind::Pcap;
    header_ = header;
    return frames::kFileHeader;
  }
  kind_ = is_capture(b) ? Kind::PcapNg : Kind::Lost;
  return 0;
}

bool Frames::enter(Bytes b) {
  if (kind_ == Kind::Pcap) {
    if (b.size() < header_) return false;
    skip_ = word(b, 8);
    if (skip_ > frames::kMostFrame) kind_ = Kind::Lost;
    used_ = header_;
  } else {
    const auto type = load_le<std::uint32_t>(b, 0);
    if (b.size() < (type == frames::kSection ? frames::kLeastBlock : frames::kBlockHeader)) return false;
    // Every section says its own byte order.
    if (type == frames::kSection) {
      const auto order = load_le<std::uint32_t>(b, 8);
      if (order != frames::kOrder && order != frames::kOrderSwapped) kind_ = Kind::Lost;
      swapped_ = order == frames::kOrderSwapped;
    }
    length_ = word(b, 4);
    if (length_ < frames::kLeastBlock || length_ % 4 != 0 || length_ > frames::kMostFrame) kind_ = Kind::Lost;
    skip_ = length_ - frames::kLeastBlock;
    used_ = frames::kBlockHeader;
    const std::uint32_t kind = word(b, 0);
    if (kind_ != Kind::Lost) packets_ += kind == 2 || kind == 3 || kind == 6;
  }
  inside_ = kind_ != Kind::Lost;
  return inside_;
}

bool Frames::leave(Bytes b) {
  used_ = kind_ == Kind::PcapNg ? frames::kBlockTail : 0;
  if (b.size() < used_) return false;
  if (kind_ == Kind::PcapNg && word(b, 0) != length_) {
    kind_ = Kind::Lost;
    return false;
  }
  packets_ += kind_ == Kind::Pcap;
  inside_ = false;
  return true;
}

void Frames::lose(Report& report, std::uint64_t at, std::uint64_t length) {
  report.reject(at, length, fmt::format("behind packet {} the capture is damaged: where the next one begins can't be known", packets_));
}

std::size_t Frames::take(const Window& window, Report& report) {
  const Bytes b = window.bytes;
  const bool was_lost = kind_ == Kind::Lost;
  if (kind_ == Kind::Unknown && b.size() < frames::kHead && window.more == More::Coming) return 0;
  std::size_t at = kind_ == Kind::Unknown ? begin(b) : 0;
  while (kind_ != Kind::Lost && at < b.size()) {
    if (!inside_) {
      frame_at_ = window.offset + at;
      if (!enter(b.substr(at))) break;
      at += used_;
    }
    const std::uint64_t step = std::min<std::uint64_t>(skip_, b.size() - at);
    at += static_cast<std::size_t>(step);
    skip_ -= step;
    if (skip_ > 0 || !leave(b.substr(at))) break;
    at += used_;
  }
  if (kind_ == Kind::Lost) {
    if (!was_lost) lose(report, frame_at_, window.offset + b.size() - frame_at_);
    return b.size();
  }
  if (window.more == More::Coming) return at;
  if (window.more == More::Ended && (inside_ || at < b.size())) {
    const std::uint64_t end = window.offset + b.size();
    report.reject(frame_at_, end - frame_at_, fmt::format("the capture ends in the middle of what follows packet {}", packets_));
    inside_ = false;
  }
  return window.more == More::Ended ? b.size() : at;
}

}  // namespace custos::ingest::pcap
