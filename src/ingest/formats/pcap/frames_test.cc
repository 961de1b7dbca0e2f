#include "ingest/formats/pcap/frames.h"

#include <gtest/gtest.h>

#include "ingest/lines_testing.h"

namespace custos::ingest::pcap {
extern const Format format;
namespace {

std::string u32(std::uint32_t v, bool big = false) {
  if (big) v = __builtin_bswap32(v);
  return std::string(reinterpret_cast<const char*>(&v), 4);
}
std::string u16(std::uint16_t v, bool big = false) {
  if (big) v = static_cast<std::uint16_t>(v << 8 | v >> 8);
  return std::string(reinterpret_cast<const char*>(&v), 2);
}

std::string pcap_file(std::size_t packets, std::uint32_t magic = 0xA1B2C3D4, bool big = false) {
  std::string s = u32(magic, big) + u16(2, big) + u16(4, big) + u32(0) + u32(0) + u32(65535, big) + u32(1, big);
  for (std::size_t i = 0; i < packets; ++i) {
    const auto size = static_cast<std::uint32_t>(i * 13 % 90);
    s += u32(1, big) + u32(2, big) + u32(size, big) + u32(size + 7, big);
    if (magic == 0xA1B2CD34) s += std::string(8, 'k');
    s += std::string(size, 'p');
  }
  return s;
}

std::string block(std::uint32_t type, std::string body, bool big) {
  body.resize((body.size() + 3) / 4 * 4);
  const std::string size = u32(static_cast<std::uint32_t>(body.size() + 12), big);
  return u32(type, big) + size + body + size;
}

std::string pcapng_section(std::size_t packets, bool big = false) {
  std::string s = block(0x0A0D0D0A, u32(0x1A2B3C4D, big) + u16(1, big) + u16(0) + std::string(8, '\xFF'), big);
  s += block(1, u16(1, big) + u16(0) + u32(65535, big), big);
  for (std::size_t i = 0; i < packets; ++i) s += block(i % 3 == 0 ? 3 : 6, std::string(20 + i * 5 % 40, 'p'), big);
  return s + block(5, std::string(8, 's'), big);
}

struct Stepped {
  std::uint64_t packets = 0;
  SourceCoverage coverage;
};

// In windows of `step` bytes; what is left comes again with more, as the reader does it.
Stepped step_through(const std::string& file, std::size_t step) {
  Stepped r;
  Report report(r.coverage, 100);
  Frames frames;
  std::string left;
  std::uint64_t offset = 0;
  for (std::size_t at = 0; at < file.size();) {
    const std::size_t n = std::min(step, file.size() - at);
    left += file.substr(at, n);
    at += n;
    std::string padded = left + std::string(64, '\0');
    const std::size_t taken = frames.take({Bytes(padded.data(), left.size()), offset, at < file.size() ? More::Coming : More::Ended}, report);
    EXPECT_LE(taken, left.size());
    left.erase(0, taken);
    offset += taken;
  }
  EXPECT_TRUE(left.empty());
  frames.take({Bytes(), offset, More::Ended}, report);
  r.packets = frames.packets();
  return r;
}

TEST(PcapFrames, CountsThePacketsOfEveryKindInEveryWindow) {
  const std::string files[] = {pcap_file(30),
                               pcap_file(30, 0xA1B23C4D),
                               pcap_file(30, 0xA1B2CD34),
                               pcap_file(30, 0xA1B2C3D4, true),
                               pcapng_section(30),
                               pcapng_section(30, true),
                               pcapng_section(10, true) + pcapng_section(20)};
  for (const std::string& file : files) {
    EXPECT_TRUE(is_capture(file));
    for (std::size_t step : {std::size_t{1}, std::size_t{28}, std::size_t{61}, std::size_t{1000}, file.size()}) {
      const Stepped r = step_through(file, step);
      EXPECT_EQ(r.packets, 30u) << step;
      EXPECT_EQ(r.coverage.reject_count, 0u) << step;
    }
  }
}

TEST(PcapFrames, SaysOfEveryCutThatItIsOneButBetweenFrames) {
  for (const std::string& file : {pcap_file(6), pcapng_section(6)}) {
    std::size_t whole = 0;
    for (std::size_t n = 28; n <= file.size(); ++n) {
      const Stepped r = step_through(file.substr(0, n), 50);
      EXPECT_LE(r.packets, 6u);
      ASSERT_LE(r.coverage.reject_count, 1u) << n;
      whole += r.coverage.reject_count == 0;
      if (r.coverage.reject_count == 1) {
        EXPECT_EQ(r.coverage.rejects[0].offset + r.coverage.rejects[0].length, n);
      }
    }
    // Whole are the ends of the packets, and in a pcapng those of its section header, interface and statistics.
    EXPECT_EQ(whole, file == pcap_file(6) ? 6u : 9u);
  }
}

TEST(PcapFrames, GivesUpWhereALengthMakesNoSense) {
  std::string file = pcap_file(5);
  const std::size_t bad = file.size();
  file += u32(1) + u32(2) + u32(0x7FFFFFFF) + u32(9) + std::string(400, 'x');
  Stepped r = step_through(file, 64);
  EXPECT_EQ(r.packets, 5u);
  ASSERT_EQ(r.coverage.reject_count, 1u);
  EXPECT_EQ(r.coverage.rejects[0].offset, bad);
  for (const char* length : {"\x07\0\0\0", "\x0E\0\0\0", "\0\0\0\x7F"}) {
    r = step_through(pcapng_section(5) + u32(6) + std::string(length, 4) + std::string(400, 'x'), 64);
    EXPECT_EQ(r.packets, 5u);
    EXPECT_EQ(r.coverage.reject_count, 1u);
  }
  // The length behind a block is another one than before it.
  r = step_through(pcapng_section(5) + u32(6) + u32(32) + std::string(20, 'p') + u32(36) + pcapng_section(3), 64);
  EXPECT_EQ(r.coverage.reject_count, 1u);
}

TEST(PcapFrames, AnyBytesBehindAHeaderAreSteppedThrough) {
  std::uint32_t x = 1;
  for (int round = 0; round < 300; ++round) {
    std::string file = round % 2 == 0 ? pcap_file(1) : pcapng_section(1);
    for (int i = 0; i < 300; ++i) file += static_cast<char>((x = x * 1664525 + 1013904223) >> (round % 3 == 0 ? 31 : 24));
    for (const std::size_t step : {std::size_t{33}, file.size()}) step_through(file, step);
  }
}

TEST(PcapFormat, IsReadOnlyWhenAToolHasIt) {
  const std::string file = pcap_file(12);
  SourceCoverage named, handed;
  for (SourceCoverage* c : {&named, &handed}) {
    DecodeOptions options;
    if (c == &handed) options.handed_to = "Tool 1";
    Names names(100);
    LogSources sources;
    Batch batch(names, sources);
    Report report(*c, 10);
    const auto decoder = format.open(options);
    std::string padded = file + std::string(64, '\0');
    EXPECT_EQ(decoder->decode({Bytes(padded.data(), file.size()), 0, More::Ended}, batch, report), file.size());
    decoder->decode({Bytes(padded.data(), 0), file.size(), More::Ended}, batch, report);
    EXPECT_EQ(batch.size(), 0u);
  }
  EXPECT_EQ(named.state, ReadState::Partial);
  EXPECT_NE(named.why.find("--pcap"), std::string::npos);
  EXPECT_EQ(handed.state, ReadState::Whole);
  EXPECT_EQ(handed.notes.at("12 packets, handed to Tool 1"), 1u);
}

}  // namespace
}  // namespace custos::ingest::pcap
