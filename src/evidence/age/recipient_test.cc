#include "evidence/age/recipient.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "evidence/age/bech32.h"

namespace custos::evidence {
namespace {

// The example of the specification: 32 bytes 0x42.
constexpr const char* kExampleSecret = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
constexpr const char* kExampleRecipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

std::string lower_case(std::string s) {
  std::transform(s.begin(), s.end(), s.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return s;
}

}  // namespace

TEST(AgeKeys, TheExampleOfTheSpecificationHolds) {
  const auto identity = parse_identity(kExampleSecret);
  ASSERT_TRUE(identity) << identity.error().text;
  EXPECT_EQ(identity->scalar.view(), std::string(32, '\x42'));
  EXPECT_EQ(to_text(identity->recipient), kExampleRecipient);
  EXPECT_EQ(secret_text(*identity), kExampleSecret);
  const auto recipient = parse_recipient(kExampleRecipient);
  ASSERT_TRUE(recipient) << recipient.error().text;
  EXPECT_EQ(*recipient, identity->recipient);
}

TEST(AgeKeys, NewOnesDifferAndComeBack) {
  const auto a = make_identity(), b = make_identity();
  ASSERT_TRUE(a && b);
  EXPECT_NE(secret_text(*a), secret_text(*b));
  EXPECT_NE(a->recipient, b->recipient);
  const auto again = parse_identity(secret_text(*a));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->scalar.bytes, a->scalar.bytes);
  EXPECT_EQ(again->recipient, a->recipient);
  EXPECT_EQ(*parse_recipient(to_text(a->recipient)), a->recipient);
}

TEST(AgeKeys, RefusesOtherKeysAndSaysWhichTheyAre) {
  const std::string short_key = to_bech32("age", std::string(31, 'x')), long_key = to_bech32("age", std::string(33, 'x'));
  EXPECT_EQ(parse_recipient(kExampleSecret).error().code, Code::Usage);
  EXPECT_EQ(parse_identity(kExampleRecipient).error().code, Code::Usage);
  EXPECT_EQ(parse_recipient("ssh-ed25519 AAAA").error().code, Code::Unsupported);
  EXPECT_EQ(parse_recipient(to_bech32("age1pq", std::string(1216, 'x'))).error().code, Code::Unsupported);
  EXPECT_EQ(parse_recipient(to_bech32("age1yubikey", std::string(33, 'x'))).error().code, Code::Unsupported);
  std::string other = to_bech32("age-secret-key-pq-", std::string(32, 'x'));
  std::transform(other.begin(), other.end(), other.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c; });
  EXPECT_EQ(parse_identity(other).error().code, Code::Unsupported);
  for (const std::string& bad : {std::string(), std::string("age1"), short_key, long_key, std::string(kExampleRecipient) + " ", std::string("AGE") + (kExampleRecipient + 3),
                                 to_bech32("bge", std::string(32, 'x'))}) {
    const auto parsed = parse_recipient(bad);
    ASSERT_FALSE(parsed) << bad;
    EXPECT_EQ(parsed.error().code, Code::Malformed) << bad;
  }
  EXPECT_EQ(parse_identity(lower_case(kExampleSecret)).error().code, Code::Malformed) << "age writes it in upper case alone";
  EXPECT_EQ(parse_identity("").error().code, Code::Malformed);
}

TEST(AgeKeys, RefusesPointsThatKeepNoSecret) {
  std::string one(32, '\0'), p(32, '\xff');
  one[0] = 1;
  p[0] = '\xed', p[31] = '\x7f';  // the prime itself, another spelling of zero
  for (const std::string& point : {std::string(32, '\0'), one, p}) {
    const auto parsed = parse_recipient(to_bech32("age", point));
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, Code::Malformed);
  }
}

TEST(AgeKeys, NoErrorTellsASecret) {
  const std::string good = kExampleSecret;
  const auto tells = [](const Error& e) { return (e.text + e.where).find("GFPYYSJZ") != std::string::npos; };
  for (const std::string& bad : {good.substr(0, good.size() - 1), good + "X", lower_case(good), "x" + good, good.substr(16)}) {
    for (const Error& e : {parse_identity(bad).error(), parse_recipient(bad).error(), parse_identity_file(bad).error()}) EXPECT_FALSE(tells(e)) << e.text;
  }
}

TEST(AgeKeys, AFileOfThemIsReadLineByLine) {
  const auto a = make_identity(), b = make_identity();
  ASSERT_TRUE(a && b);
  const std::string file = identity_file(*a, "2026-01-02T03:04:05Z");
  EXPECT_EQ(file, "# created: 2026-01-02T03:04:05Z\n# public key: " + to_text(a->recipient) + "\n" + secret_text(*a) + "\n");
  const auto two = parse_identity_file("\n" + file + "\r\n# another\r\n" + secret_text(*b) + "\r");
  ASSERT_TRUE(two) << two.error().text;
  ASSERT_EQ(two->size(), 2u);
  EXPECT_EQ((*two)[0].recipient, a->recipient);
  EXPECT_EQ((*two)[1].recipient, b->recipient);
  EXPECT_EQ(parse_identity_file(secret_text(*a) + "\n oops").error().text.substr(0, 6), "line 2");
  EXPECT_FALSE(parse_identity_file(""));
  EXPECT_FALSE(parse_identity_file("# only words\n"));
  EXPECT_FALSE(parse_identity_file(" " + secret_text(*a)));
  EXPECT_EQ(parse_identity_file("age-encryption.org/v1\n").error().code, Code::Unsupported);
  std::string many;
  for (int i = 0; i < 64; ++i) many += secret_text(*a) + "\n";
  EXPECT_TRUE(parse_identity_file(many));
  EXPECT_EQ(parse_identity_file(many + secret_text(*a)).error().code, Code::Limit);
  EXPECT_EQ(parse_identity_file(many + std::string(65536, '#')).error().code, Code::Limit);
}

}  // namespace custos::evidence
