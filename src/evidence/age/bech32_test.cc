#include "evidence/age/bech32.h"

#include <gtest/gtest.h>

#include "base/crypto/sha256.h"

namespace custos::evidence {

// The vectors of BIP 173; what stands for bytes in them.
TEST(Bech32, TheVectorsOfTheStandardHold) {
  const struct {
    std::string text, prefix, bytes;
  } good[] = {
      {"A12UEL5L", "A", ""},
      {"a12uel5l", "a", ""},
      {"an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
       "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio", ""},
      {"abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "abcdef", "00443214c74254b635cf84653a56d7c675be77df"},
      {"split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", "split", "c5f38b70305f519bf66d85fb6cf03058f3dde463ecd7918f2dc743918f2d"},
      {"?1ezyfcl", "?", ""},
  };
  for (const auto& g : good) {
    const auto parsed = parse_bech32(g.text);
    ASSERT_TRUE(parsed) << g.text << ": " << parsed.error().text;
    EXPECT_EQ(parsed->prefix, g.prefix);
    EXPECT_EQ(to_hex(parsed->bytes), g.bytes);
    EXPECT_TRUE(g.prefix == "A" || to_bech32(parsed->prefix, parsed->bytes) == g.text);
  }
  for (const std::string bad :
       {"\x20" "1nwldj5", "\x7f" "1axkwrx", "\x80" "1eym55h", "pzry9x0s0muk", "1pzry9x0s0muk", "x1b4n0q5v", "li1dgmt3", "de1lg7wt\xff", "A1G7SGD8", "10a06t8", "1qzzfhee",
        "split1checkupstagehandshakeupstreamerranterredcaperred2y9e2w", "an84characterslonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1569pvx",
        "A12uEL5L", "a12UEL5L", ""}) {
    EXPECT_FALSE(parse_bech32(bad)) << bad;
  }
}

TEST(Bech32, BytesOfEveryLengthComeBackAndNoChangedLetterPasses) {
  std::string bytes;
  for (int n = 0; n < 70; ++n, bytes += static_cast<char>(n * 37)) {
    const std::string text = to_bech32("some1prefix-", bytes);
    const auto parsed = parse_bech32(text);
    ASSERT_TRUE(parsed) << n;
    EXPECT_EQ(parsed->prefix, "some1prefix-");
    EXPECT_EQ(parsed->bytes, bytes);
    for (std::size_t i = 0; i < text.size(); ++i) {
      for (int bit = 0; bit < 8; ++bit) {
        std::string bad = text;
        bad[i] = static_cast<char>(bad[i] ^ 1 << bit);
        EXPECT_FALSE(parse_bech32(bad)) << bad;
      }
      EXPECT_FALSE(parse_bech32(text.substr(0, i)));
    }
  }
}

// The checksums of all four hold.
TEST(Bech32, RefusesBitsThatNoBytesLeaveOver) {
  EXPECT_FALSE(parse_bech32("a1q3g6mn3")) << "five bits";
  EXPECT_TRUE(parse_bech32("a1qqqd87cq")) << "ten";
  EXPECT_FALSE(parse_bech32("a1qpamnt9j")) << "ten, the last one set";
  EXPECT_FALSE(parse_bech32("a1qqqd87cpp")) << "fifteen";
}

TEST(Bech32, RefusesWhatIsTooLong) {
  EXPECT_TRUE(parse_bech32(to_bech32("a", std::string(5000, 'x'))));
  EXPECT_FALSE(parse_bech32(to_bech32("a", std::string(6000, 'x'))));
}

}  // namespace custos::evidence
