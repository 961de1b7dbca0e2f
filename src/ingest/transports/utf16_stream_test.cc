#include "ingest/transports/utf16_stream.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "ingest/transports/collector_for_test.h"
#include "ingest/transports/archive/packing.h"

namespace custos::ingest {
namespace utf16_stream_test {
namespace {

using namespace for_test;
using namespace std::string_literals;

// Hands out one byte more or less each time, so that units and pairs are cut everywhere.
class Dribble final : public ByteStream {
 public:
  explicit Dribble(std::string bytes) : bytes_(std::move(bytes)) {}
  Result<std::size_t> read(char* to, std::size_t size) override {
    const std::size_t n = std::min({size, 1 + at_ % 5, bytes_.size() - at_});
    bytes_.copy(to, n, at_);
    at_ += n;
    return n;
  }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

std::string swapped(std::string s) {
  for (std::size_t i = 0; i + 1 < s.size(); i += 2) std::swap(s[i], s[i + 1]);
  return s;
}

std::string read_all_of(ByteStream& s) {
  std::string out;
  char buffer[7];
  while (true) {
    const Result<std::size_t> n = s.read(buffer, sizeof buffer);
    if (!n || *n == 0) return out;
    out.append(buffer, *n);
  }
}

TEST(Utf16Stream, GivesWhatTheWholeConversionGives) {
  std::string units;
  std::uint32_t x = 7;
  for (int i = 0; i < 40'000; ++i) {
    x = x * 1'664'525 + 1'013'904'223;
    // Many surrogates, paired and not, among letters of one, two and three bytes.
    const std::uint32_t u = i % 3 == 0 ? 0xD700 + (x >> 20) % 0x1000 : (x >> 16) % (i % 5 == 0 ? 0x10000 : 0x100);
    units += static_cast<char>(u & 0xFF);
    units += static_cast<char>(u >> 8 & 0xFF);
  }
  Arena arena;
  const std::string expected(utf16le_to_utf8(units, arena));
  Dribble dribble(units), dribble_big(swapped(units));
  MemoryStream memory(units);
  Utf16Stream a(dribble, false, 0), b(dribble_big, true, 0), c(memory, false, 0);
  EXPECT_TRUE(read_all_of(a) == expected);
  EXPECT_TRUE(read_all_of(b) == expected);
  EXPECT_TRUE(read_all_of(c) == expected);
  EXPECT_FALSE(a.cut());
}

TEST(Utf16Stream, HalfAUnitAndHalfAPairAtTheEnd) {
  Dribble odd("a\0b\0c"s), half(
                               "\xFF\xFE"
                               "a\0\x3D\xD8"s);
  Utf16Stream a(odd, false, 0), b(half, false, 2);
  EXPECT_EQ(read_all_of(a), "ab");
  EXPECT_TRUE(a.cut());
  EXPECT_EQ(read_all_of(b), "a\xEF\xBF\xBD");
  EXPECT_FALSE(b.cut());
}

TEST(Utf16Stream, IsRecognisedWithAndWithoutAMark) {
  const std::string text = "{\"EventID\":1,\"User\":\"Zo\xC3\xAB\"}\n", le = utf8_to_utf16le(text),
                    be = utf8_to_utf16be(text);
  for (const std::string& bytes : {"\xFF\xFE"s + le, "\xFE\xFF"s + be, le, be}) {
    const Collector c = unpack_bytes(bytes);
    EXPECT_EQ(c.bytes_of("in"), text);
    EXPECT_TRUE(c.problems.empty());
  }
  const Collector cut = unpack_bytes("\xFF\xFE"s + le.substr(0, le.size() - 1));
  EXPECT_EQ(cut.bytes_of("in"), text.substr(0, text.size() - 1));
  EXPECT_TRUE(cut.says("UTF-16"));
  const Collector packed = unpack_bytes(squeeze("gzip", "\xFF\xFE"s + le));
  EXPECT_EQ(packed.bytes_of("in"), text);
}

TEST(Utf16Stream, BinaryIsLeftAlone) {
  std::string evtx = "ElfFile\0"s + std::string(4088, '\0');
  for (std::size_t i = 200; i < 2000; i += 2) evtx[i] = 'x';  // UTF-16 inside does not make it text
  for (const std::string& bytes : {evtx, std::string(4096, '\0'), "a\0b\0\0\0\0\0\0\0\0\0"s, "ab"s,
                                   "\xFF\xFE\0\0"s + "a\0\0\0"s, "plain text\n"s}) {
    const Collector c = unpack_bytes(bytes);
    EXPECT_TRUE(c.bytes_of("in") == bytes);
  }
}

}  // namespace
}  // namespace utf16_stream_test
}  // namespace custos::ingest
