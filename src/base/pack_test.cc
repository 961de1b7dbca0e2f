#include "base/pack.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace custos {
namespace {

TEST(Pack, EveryKindComesBack) {
  std::string out = "before";
  Packer p(out);
  p.u8(0xFE);
  p.u32(0x01020304);
  p.u64(0x1122334455667788);
  p.f32(-1.5f);
  p.f64(std::numeric_limits<double>::infinity());
  p.text("häuser");
  p.text("");
  p.raw("xyz");
  EXPECT_EQ(out.substr(6, 5), "\xFE\x04\x03\x02\x01");
  EXPECT_EQ(p.size(), out.size());
  Unpacker in(Bytes(out).substr(6));
  EXPECT_EQ(in.u8(), 0xFE);
  EXPECT_EQ(in.u32(), 0x01020304u);
  EXPECT_EQ(in.u64(), 0x1122334455667788u);
  EXPECT_EQ(in.f32(), -1.5f);
  EXPECT_EQ(in.f64(), std::numeric_limits<double>::infinity());
  EXPECT_EQ(in.text(), "häuser");
  EXPECT_EQ(in.text(), "");
  EXPECT_EQ(in.left(), 3u);
  EXPECT_FALSE(in.finish("the state"));
  EXPECT_EQ(in.raw(3), "xyz");
  EXPECT_TRUE(in.ok());
  EXPECT_TRUE(in.finish("the state"));
}

TEST(Pack, VarintsAreAsShortAsTheyCanBe) {
  const std::vector<std::pair<std::uint64_t, std::size_t>> sizes{{0, 1}, {127, 1}, {128, 2}, {16383, 2}, {16384, 3}, {~0ull >> 1, 9}, {~0ull, 10}};
  for (const auto& [v, bytes] : sizes) {
    std::string out;
    Packer(out).varint(v);
    EXPECT_EQ(out.size(), bytes) << v;
    Unpacker in(out);
    EXPECT_EQ(in.varint(), v);
    EXPECT_TRUE(in.finish("v"));
  }
  for (const std::int64_t v : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{63}, std::int64_t{-64}, std::int64_t{64},
                               std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    std::string out;
    Packer(out).signed_varint(v);
    EXPECT_EQ(out.size() == 1, v >= -64 && v < 64) << v;
    Unpacker in(out);
    EXPECT_EQ(in.signed_varint(), v);
    EXPECT_TRUE(in.finish("v"));
  }
}

TEST(Pack, OneSpellingANumber) {
  using namespace std::string_view_literals;
  for (const Bytes bad : {"\x80\x00"sv, "\xFF\x80\x00"sv, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02"sv, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"sv,
                          "\x80"sv, ""sv}) {
    Unpacker in(bad);
    EXPECT_EQ(in.varint(), 0u);
    EXPECT_FALSE(in.ok()) << bad.size();
  }
}

TEST(Pack, FailureSticks) {
  Unpacker in("\x01\x02\x03");
  EXPECT_EQ(in.u8(), 1);
  EXPECT_EQ(in.u32(), 0u);
  EXPECT_FALSE(in.ok());
  // Two bytes were left, but what they mean is lost.
  EXPECT_EQ(in.left(), 0u);
  EXPECT_EQ(in.u8(), 0);
  EXPECT_EQ(in.raw(0), "");
  EXPECT_EQ(in.f64(), 0);
  const auto result = in.finish("the state");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::Malformed);
  EXPECT_EQ(result.error().text, "the state is damaged or cut short");
}

TEST(Pack, ALengthBeyondTheEndIsRefused) {
  std::string out;
  Packer(out).varint(std::uint64_t{1} << 62);
  out += "abc";
  Unpacker texts(out), lengths(out);
  EXPECT_EQ(texts.text(), "");
  EXPECT_FALSE(texts.ok());
  EXPECT_EQ(lengths.length(8), 0u);
  EXPECT_FALSE(lengths.ok());

  const std::string three = std::string("\x03") + "abcdef";
  Unpacker fits(three), not_of_three(three);
  EXPECT_EQ(fits.length(2), 3u);
  EXPECT_TRUE(fits.ok());
  EXPECT_EQ(not_of_three.length(3), 0u);
  EXPECT_FALSE(not_of_three.ok());
}

TEST(Pack, ASealSeesEveryBit) {
  std::string out = "before";
  Packer p(out);
  const std::size_t from = p.size();
  p.text("what is sealed");
  p.seal(from);
  const Bytes sealed = Bytes(out).substr(from);
  for (std::size_t bit = 0; bit <= sealed.size() * 8; ++bit) {
    std::string s(sealed);
    if (bit < s.size() * 8) s[bit / 8] = static_cast<char>(s[bit / 8] ^ 1 << bit % 8);
    Unpacker in(s);
    in.text();
    EXPECT_EQ(in.sealed(0), bit == s.size() * 8) << bit;
  }
}

}  // namespace
}  // namespace custos
