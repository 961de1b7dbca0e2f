#include "evidence/timestamp/query.h"

#include <gtest/gtest.h>
#include <openssl/ts.h>

#include <set>

#include "base/crypto/sha256.h"
#include "evidence/timestamp/authority_for_test.h"
#include "evidence/timestamp/der.h"

namespace custos::evidence::stamp_query_test {

TEST(TimeStampQuery, IsReadByOpenSsl) {
  std::set<std::string> nonces;
  for (int i = 0; i < 2'000; ++i) {  // so many that first bytes of 0x00, 0x01, 0x7f, 0x80 and 0xff came up
    const std::string query = make_query("a checkpoint\n");
    const auto read = timestamp::decode<d2i_TS_REQ, i2d_TS_REQ, TS_REQ_free>(query);
    ASSERT_TRUE(read) << to_hex(query);
    EXPECT_EQ(TS_REQ_get_version(read.get()), 1);
    EXPECT_EQ(TS_REQ_get_cert_req(read.get()), 1);
    EXPECT_EQ(TS_REQ_get_policy_id(read.get()), nullptr);
    EXPECT_EQ(TS_REQ_get_ext_count(read.get()), 0);
    TS_MSG_IMPRINT* imprint = TS_REQ_get_msg_imprint(read.get());
    EXPECT_EQ(timestamp::bytes_of(TS_MSG_IMPRINT_get_msg(imprint)), view(sha256("a checkpoint\n")));
    const std::string nonce = timestamp::hex_of(TS_REQ_get_nonce(read.get()));
    EXPECT_NE(nonce[0], '-');
    EXPECT_TRUE(nonce.size() == 16 || nonce.size() == 15) << nonce;
    nonces.insert(nonce);
  }
  EXPECT_EQ(nonces.size(), 2'000u);
}

TEST(TimeStampQuery, IsWhatTheOpenSslProgramAsks) {
  NEEDS_OPENSSL();
  TestAuthority authority;
  authority.write("data", "a checkpoint\n");
  authority.run("openssl ts -query -data data -sha256 -cert -no_nonce -out theirs");
  std::string ours = make_query("a checkpoint\n");
  const std::size_t at = ours.size() - 3 - static_cast<std::size_t>(ours[ours.size() - 3 - 9] == 8 ? 9 : 10) - 1;
  ASSERT_EQ(ours[at], 0x02);  // the nonce
  const std::size_t size = 2 + static_cast<std::size_t>(ours[at + 1]);
  ours.erase(at, size);
  ours[1] = static_cast<char>(ours[1] - static_cast<char>(size));
  EXPECT_EQ(to_hex(ours), to_hex(authority.read("theirs")));
}

TEST(TimeStampDer, TimesOfTokens) {
  const auto text = [](std::string_view t) {
    const auto time = timestamp::time_of_token(t);
    return time ? to_rfc3339(*time) : "none";
  };
  EXPECT_EQ(text("20240315100000Z"), "2024-03-15T10:00:00Z");
  EXPECT_EQ(text("20240315100000.25Z"), "2024-03-15T10:00:00.250Z");
  EXPECT_EQ(text("20240315100000.1234567Z"), "2024-03-15T10:00:00.123456Z");
  EXPECT_EQ(text("20240229235960Z"), "2024-03-01T00:00:00Z");
  EXPECT_EQ(text("99991231235959Z"), "9999-12-31T23:59:59Z");
  for (const char* odd : {"", "Z", "20240315100000", "202403151000Z", "20240315100000.Z", "20240315100000,5Z", "20240315100000+0100", "2024031510000aZ", "20240230100000Z",
                          "20241315100000Z", "20240315250000Z", "00000101000000Z", "20240315100000.5a5Z", "240315100000Z", " 0240315100000Z", "-2240315100000Z"}) {
    EXPECT_EQ(text(odd), "none") << odd;
  }
}

TEST(TimeStampDer, NumbersInHexadecimal) {
  const auto text = [](std::int64_t v) {
    const Owned<ASN1_INTEGER, ASN1_INTEGER_free> n(ASN1_INTEGER_new());
    EXPECT_EQ(ASN1_INTEGER_set_int64(n.get(), v), 1);
    return timestamp::hex_of(n.get());
  };
  EXPECT_EQ(text(0), "0");
  EXPECT_EQ(text(1), "1");
  EXPECT_EQ(text(0xabc), "abc");
  EXPECT_EQ(text(0x8000), "8000");
  EXPECT_EQ(text(-255), "-ff");
}

}  // namespace custos::evidence::stamp_query_test
