#include "ingest/formats/evtx/checksum.h"

#include <string>

#include <gtest/gtest.h>

namespace custos::ingest::evtx {
namespace checksum_test {
namespace {

std::uint32_t bit_by_bit(Bytes bytes) {
  std::uint32_t c = 0xFFFFFFFF;
  for (const char b : bytes) {
    c ^= static_cast<unsigned char>(b);
    for (int i = 0; i < 8; ++i) c = (c & 1) != 0 ? (c >> 1) ^ 0xEDB88320u : c >> 1;
  }
  return ~c;
}

TEST(EvtxChecksum, KnownValue) { EXPECT_EQ(crc32("123456789"), 0xCBF43926u); }

TEST(EvtxChecksum, EqualsTheNaiveOneAtEveryLengthAndCut) {
  std::string s;
  for (int i = 0; i < 700; ++i) {
    const std::size_t cut = s.size() / 3;
    EXPECT_EQ(crc32(s), bit_by_bit(s)) << i;
    EXPECT_EQ(crc32(Bytes(s).substr(cut), crc32(Bytes(s).substr(0, cut))), bit_by_bit(s)) << i;
    s += static_cast<char>(i * 37 + 11);
  }
}

}  // namespace
}  // namespace checksum_test
}  // namespace custos::ingest::evtx
