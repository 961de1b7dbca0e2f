#include "base/crypto/base64.h"

#include <gtest/gtest.h>

namespace custos {

TEST(Base64, KnowsTheExamplesOfRfc4648) {
  const std::pair<const char*, const char*> examples[] = {{"", ""},           {"f", "Zg=="},         {"fo", "Zm8="},        {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : examples) {
    EXPECT_EQ(to_base64(plain), coded);
    std::string back;
    EXPECT_TRUE(from_base64(coded, back));
    EXPECT_EQ(back, plain);
  }
  EXPECT_EQ(to_base64url("\xfb\xff"), "-_8");
}

TEST(Base64, RefusesEverySpellingButOne) {
  std::string back;
  for (const char* odd : {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", " Zg==", "Zg==\n", "Z", "=", "====", "Zg==Zg==", "Zm-v", "Z===", "Zm9v===="}) {
    EXPECT_FALSE(from_base64(odd, back)) << odd;
  }
  for (const char* odd : {"Zg==", "Zh", "Z", "+/8"}) EXPECT_FALSE(from_base64url(odd, back)) << odd;
}

TEST(Base64, ComesBack) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    std::string back;
    ASSERT_TRUE(from_base64(to_base64(bytes), back));
    EXPECT_EQ(back, bytes);
    ASSERT_TRUE(from_base64url(to_base64url(bytes), back));
    EXPECT_EQ(back, bytes);
    bytes += static_cast<char>(i * 151);
  }
}

}  // namespace custos
