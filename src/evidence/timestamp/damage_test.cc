#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <utility>
#include <vector>

#include "evidence/timestamp/authority_for_test.h"
#include "evidence/timestamp/der.h"
#include "evidence/timestamp/query.h"
#include "evidence/timestamp/reply.h"

namespace custos::evidence::stamp_damage_test {
namespace {

constexpr std::string_view kBytes = "some bytes\n";

struct Range {
  std::size_t first = 0, last = 0;
};

Range range_of(std::string_view part, std::string_view whole) {
  const std::size_t at = whole.find(part);
  EXPECT_NE(at, std::string_view::npos);
  return {at, at + part.size() - 1};
}

// Every byte changed in every bit and as a whole: refused, or within `uncovered` and of no consequence.
void expect_flips_refused(const std::string& good, const Authorities* authorities, const std::vector<Range>& uncovered, bool every_bit = true) {
  const auto stamp = verify_reply(good, kBytes, authorities);
  ASSERT_TRUE(stamp) << stamp.error().text;
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (int change = 0; change < 9; ++change) {
      if (!every_bit && change != 8 && change != static_cast<int>(i % 8)) continue;
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ (change < 8 ? 1 << change : 0xff));
      const auto result = verify_reply(bad, kBytes, authorities);
      if (!result) continue;
      bool allowed = false;
      for (const Range& r : uncovered) allowed = allowed || (i >= r.first && i <= r.last);
      EXPECT_TRUE(allowed) << "byte " << i << " change " << change;
      EXPECT_EQ(result->time, stamp->time);
      EXPECT_EQ(result->authority, stamp->authority);
      EXPECT_EQ(result->expires, stamp->expires);
      EXPECT_EQ(result->serial, stamp->serial);
      EXPECT_EQ(result->trusted, stamp->trusted);
      EXPECT_FALSE(verify_reply(bad, "other bytes\n", authorities));
    }
  }
}

}  // namespace

TEST(TimeStampDamage, EveryFlippedBitIsRefused) {
  NEEDS_OPENSSL();
  TestAuthority authority;
  const std::string reply = authority.answer(make_query(kBytes));
  const Authorities ca = authority.trust("ca");
  expect_flips_refused(reply, &ca, {});
  expect_flips_refused(reply, nullptr, {});
}

TEST(TimeStampDamage, EveryFlippedByteOfAnRsaReplyIsRefused) {
  NEEDS_OPENSSL();
  TestAuthority authority("rsa");
  const std::string query = make_query(kBytes), reply = authority.answer(query);
  const Authorities ca = authority.trust("ca");
  expect_flips_refused(reply, &ca, {}, false);
  expect_flips_refused(authority.sign(authority.content_of(reply), "tsa", "-cades -keyopt rsa_padding_mode:pss"), &ca, {}, false);
}

// No signature covers these: a text for people, and certificates that are not needed.
TEST(TimeStampDamage, WhatNoSignatureCoversChangesNothing) {
  NEEDS_OPENSSL();
  TestAuthority authority;
  const Authorities ca = authority.trust("ca");
  const std::string with_root = authority.answer(make_query(kBytes), "-chain ca.pem");
  expect_flips_refused(with_root, &ca, {range_of(authority.read("ca.der"), with_root)}, false);
  expect_flips_refused(with_root, nullptr, {range_of(authority.read("ca.der"), with_root)}, false);

  authority.sign(authority.content_of(authority.answer(make_query(kBytes))));
  const std::string text("\x30\x13\x02\x01\x00\x30\x0e\x0c\x0cOperation OK", 21), with_text = TestAuthority::wrap(authority.read("token"), text);
  expect_flips_refused(with_text, &ca, {range_of("Operation OK", with_text)}, false);
}

// A certificate between signer and authority is covered by its issuer's signature once there is an authority.
TEST(TimeStampDamage, CertificatesOfTheChainAreCovered) {
  NEEDS_OPENSSL();
  TestAuthority authority;
  authority.issue("middle", "ca", "root");
  authority.issue("tsa", "middle", "tsa");
  const Authorities ca = authority.trust("ca");
  expect_flips_refused(authority.answer(make_query(kBytes), "-chain middle.pem"), &ca, {}, false);
}

TEST(TimeStampDamage, EveryTruncationIsRefusedAndSoIsWhatStandsBehind) {
  NEEDS_OPENSSL();
  TestAuthority authority;
  const std::string query = make_query(kBytes), reply = authority.answer(query);
  for (std::size_t size = 0; size < reply.size(); ++size) {
    EXPECT_FALSE(verify_reply(reply.substr(0, size), kBytes, nullptr)) << size;
    EXPECT_FALSE(fits_query(reply.substr(0, size), query)) << size;
    EXPECT_FALSE(verify_reply(reply.substr(size + 1), kBytes, nullptr)) << size;
  }
  for (const std::string& more : {std::string(1, '\0'), std::string("\n"), reply}) {
    EXPECT_FALSE(verify_reply(reply + more, kBytes, nullptr));
    EXPECT_FALSE(fits_query(reply + more, query));
  }
  for (std::size_t size = 0; size < query.size(); ++size) EXPECT_FALSE(fits_query(reply, query.substr(0, size))) << size;
  for (std::size_t i = 0; i < query.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = query;
      bad[i] = static_cast<char>(bad[i] ^ 1 << bit);
      // Hash and nonce are what is compared; the rest of our own query is no secret and no evidence.
      const bool compared = i >= 5 && i < query.size() - 3 && (i <= 18 || i >= 24);
      EXPECT_FALSE(compared && fits_query(reply, bad)) << i << " " << bit;
    }
  }
}

TEST(TimeStampDamage, OtherSpellingsAreRefused) {
  NEEDS_OPENSSL();
  TestAuthority authority;
  const std::string reply = authority.answer(make_query(kBytes));
  ASSERT_EQ(reply.substr(0, 2), "\x30\x82");
  const std::string longer = std::string("\x30\x83", 2) + '\0' + reply.substr(2);
  const std::string open = std::string("\x30\x80", 2) + reply.substr(4) + std::string(2, '\0');
  EXPECT_FALSE(verify_reply(longer, kBytes, nullptr));
  EXPECT_FALSE(verify_reply(open, kBytes, nullptr));
  authority.write("longer", longer);
  authority.write("open", open);
  authority.write("data", kBytes);
  // They are the same time stamp to OpenSSL, which is why the spelling is compared.
  authority.run("openssl ts -verify -data data -in longer -CAfile ca.pem");
  authority.run("openssl ts -verify -data data -in open -CAfile ca.pem");
}

TEST(TimeStampDamage, HostileBytesAreRefused) {
  const std::string query = make_query(kBytes);
  std::vector<std::string> hostile{"", std::string(1, '\x30'), "\x30\x84\xff\xff\xff\xff", std::string(1u << 20, '\x30'), std::string((1u << 20) + 1, '\0'), query};
  std::string nested;
  for (int i = 0; i < 100'000; ++i) nested += std::string("\x30\x80", 2);
  hostile.push_back(nested);
  std::mt19937 random(1);
  for (int i = 0; i < 2'000; ++i) {
    std::string bytes = std::string("\x30\x82\x01\x00\x30\x03\x02\x01\x00\x30\x81", 11);
    for (int k = 0; k < 249; ++k) bytes += static_cast<char>(random());
    hostile.push_back(bytes);
  }
  for (const std::string& bytes : hostile) {
    EXPECT_FALSE(verify_reply(bytes, kBytes, nullptr));
    EXPECT_FALSE(fits_query(bytes, query));
    EXPECT_FALSE(parse_authorities(bytes));
  }
}

}  // namespace custos::evidence::stamp_damage_test
