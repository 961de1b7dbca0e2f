#include "evidence/timestamp/reply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "evidence/timestamp/authority_for_test.h"
#include "evidence/timestamp/query.h"

namespace custos::evidence::stamp_reply_test {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kBytes = "example.org/custos\n42\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\xe2\x80\x94 example.org/custos AAAA\n";

// The TSTInfo with another time. It has no digits behind the second.
std::string at_time(std::string content, std::string_view time) {
  const std::size_t at = content.find("\x18\x0f");
  EXPECT_NE(at, std::string::npos);
  EXPECT_EQ(time.size(), 15u);
  return content.replace(at + 2, 15, time);
}

void expect_refused(const Result<TimeStamp>& result, std::string_view why) {
  ASSERT_FALSE(result) << "it should say: " << why;
  EXPECT_THAT(result.error().text, HasSubstr(std::string(why)));
}

}  // namespace

class TimeStampReply : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    NEEDS_OPENSSL();
    authority = std::make_unique<TestAuthority>(GetParam());
    ca = authority->trust("ca");
  }
  std::string content() { return authority->content_of(authority->answer(make_query(kBytes))); }

  std::unique_ptr<TestAuthority> authority;
  Authorities ca;
};

INSTANTIATE_TEST_SUITE_P(Keys, TimeStampReply, ::testing::Values("rsa", "ec"), [](const auto& kind) { return std::string(kind.param); });

TEST_P(TimeStampReply, HoldsAndIsTrustedWithTheAuthorityAlone) {
  const std::string query = make_query(kBytes), reply = authority->answer(query);
  EXPECT_TRUE(fits_query(reply, query));
  const auto trusted = verify_reply(reply, kBytes, &ca);
  ASSERT_TRUE(trusted) << trusted.error().text;
  EXPECT_TRUE(trusted->trusted);
  EXPECT_EQ(trusted->authority, "tsa");
  EXPECT_EQ(trusted->serial, "a11cf");
  EXPECT_EQ(to_rfc3339(trusted->expires), "2099-12-31T23:59:59Z");
  authority->run("openssl ts -reply -config conf -in reply -text 2>errors | LC_ALL=C sed -n 's/^Time stamp: //p' | date -u -f - +%Y-%m-%dT%H:%M:%SZ");
  EXPECT_EQ(to_rfc3339(trusted->time) + "\n", authority->read("out"));

  const auto any = verify_reply(reply, kBytes, nullptr);
  ASSERT_TRUE(any) << any.error().text;
  EXPECT_FALSE(any->trusted);
  EXPECT_EQ(any->time, trusted->time);

  authority->issue("other", "other", "root", "20200101000000Z", "20991231235959Z", "/O=Custos Test/CN=ca");  // the same name, another key
  const Authorities other = authority->trust("other"), none, both = authority->trust("other ca");
  expect_refused(verify_reply(reply, kBytes, &other), "no way leads from there to an authority that you trust");
  EXPECT_EQ(verify_reply(reply, kBytes, &other).error().code, Code::Denied);
  expect_refused(verify_reply(reply, kBytes, &none), "no way leads");
  EXPECT_TRUE(verify_reply(reply, kBytes, &both));

  expect_refused(verify_reply(reply, "other bytes", &ca), "over other bytes");
  expect_refused(verify_reply(reply, "", nullptr), "over other bytes");
}

TEST_P(TimeStampReply, OpenSslAgrees) {
  const std::string query = make_query(kBytes);
  authority->answer(query);
  authority->write("data", kBytes);
  authority->run("openssl ts -verify -data data -in reply -CAfile ca.pem");
  authority->run("openssl ts -verify -queryfile query -in reply -CAfile ca.pem");
}

TEST_P(TimeStampReply, ChainsOverAnAuthorityBetween) {
  authority->issue("middle", "ca", "root");
  authority->issue("tsa", "middle", "tsa", "20200101000000Z", "20300630120000Z", "/O=Office of Time");
  authority->run("cat middle.pem ca.pem >chain.pem");
  const std::string query = make_query(kBytes);
  const std::string alone = authority->answer(query, "-chain middle.pem"), whole = authority->answer(query, "-chain chain.pem", "with_chain");
  const Authorities middle = authority->trust("middle"), signer = authority->trust("tsa"), all = authority->trust("tsa middle ca");
  for (const std::string& reply : {alone, whole}) {
    for (const Authorities* trusted : std::initializer_list<const Authorities*>{&ca, &middle, &signer, &all}) {
      const auto stamp = verify_reply(reply, kBytes, trusted);
      ASSERT_TRUE(stamp) << stamp.error().text;
      EXPECT_TRUE(stamp->trusted);
      EXPECT_EQ(stamp->authority, "O=Office of Time");
      EXPECT_EQ(to_rfc3339(stamp->expires), "2030-06-30T12:00:00Z");
    }
    EXPECT_TRUE(verify_reply(reply, kBytes, nullptr));
  }
  // Without the certificate between there is no way to the root.
  const std::string short_one = authority->answer(query);
  expect_refused(verify_reply(short_one, kBytes, &ca), "no way leads");
  EXPECT_TRUE(verify_reply(short_one, kBytes, &middle));
}

// All certificates ran out years ago; then they were valid. What was not valid then does not help.
TEST_P(TimeStampReply, IsJudgedByTheTimeInIt) {
  const std::string usual = content();
  authority->issue("old", "old", "root", "20100101000000Z", "20160101000000Z");
  authority->issue("tsa_old", "old", "tsa", "20110101000000Z", "20150101000000Z", "/O=Custos Test/CN=tsa");
  const Authorities old = authority->trust("old");
  const auto verified = [&](std::string_view time, const Authorities* by) { return verify_reply(authority->sign(at_time(usual, time), "tsa_old"), kBytes, by); };

  for (const char* time : {"20110101000000Z", "20130315100000Z", "20141231235959Z"}) {
    const auto stamp = verified(time, &old);
    ASSERT_TRUE(stamp) << time << " " << stamp.error().text;
    EXPECT_TRUE(stamp->trusted);
    EXPECT_EQ(to_rfc3339(stamp->expires), "2015-01-01T00:00:00Z");
  }
  EXPECT_EQ(to_rfc3339(verified("20130315100000Z", nullptr)->time), "2013-03-15T10:00:00Z");
  for (const char* time : {"20101231235959Z", "20150101000000Z", "20240315100000Z"}) {
    expect_refused(verified(time, &old), "was not valid at");
    expect_refused(verified(time, nullptr), "was not valid at");
  }
  // As OpenSSL's own program does when it is told the time.
  authority->write("reply", authority->sign(at_time(usual, "20130315100000Z"), "tsa_old"));
  authority->write("data", kBytes);
  EXPECT_FALSE(authority->try_run("openssl ts -verify -data data -in reply -CAfile old.pem"));
  authority->run("openssl ts -verify -attime 1363341600 -data data -in reply -CAfile old.pem");
}

TEST_P(TimeStampReply, AnIssuerThatWasNotValidThenDoesNotHelp) {
  const std::string usual = content();
  authority->issue("young", "young", "root", "20220101000000Z", "20300101000000Z");
  authority->issue("tsa_young", "young", "tsa", "20200101000000Z", "20300101000000Z", "/O=Custos Test/CN=tsa");
  const Authorities young = authority->trust("young");
  const std::string before = authority->sign(at_time(usual, "20210101000000Z"), "tsa_young"), after = authority->sign(at_time(usual, "20230101000000Z"), "tsa_young");
  expect_refused(verify_reply(before, kBytes, &young), "not yet valid");
  EXPECT_TRUE(verify_reply(before, kBytes, nullptr));
  EXPECT_TRUE(verify_reply(after, kBytes, &young));
}

TEST_P(TimeStampReply, TheCertificateIsForTimeStampsAlone) {
  const std::string usual = content();
  for (const char* use : {"not_critical", "two_uses", "other_use", "no_use", "encrypts", "root"}) {
    authority->issue(use, "ca", use, "20200101000000Z", "20991231235959Z", "/O=Custos Test/CN=tsa");
    const std::string reply = authority->sign(usual, use);
    expect_refused(verify_reply(reply, kBytes, &ca), "is not for time stamps alone");
    expect_refused(verify_reply(reply, kBytes, nullptr), "is not for time stamps alone");
  }
  EXPECT_TRUE(verify_reply(authority->sign(usual), kBytes, &ca));
}

TEST_P(TimeStampReply, TheSignatureSaysWhichCertificateItMeans) {
  const std::string usual = content();
  expect_refused(verify_reply(authority->sign(usual, "tsa", ""), kBytes, &ca), "does not say which certificate signed it");

  // Two certificates of one key with one name and number, and one in the other's place.
  authority->write("ext", "extendedKeyUsage = critical, timeStamping\n");
  const auto issue = [&](const std::string& days) {
    authority->run("openssl x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -set_serial 77 -extfile ext -days " + days + " -out " + days + ".pem && cp tsa.key " + days +
                   ".key && openssl x509 -in " + days + ".pem -outform DER -out " + days + ".der");
    return authority->read(days + ".der");
  };
  const std::string one = issue("100");
  std::string two = issue("200");
  for (int i = 0; i < 100 && two.size() != one.size(); ++i) two = issue("200");  // ECDSA's signatures differ in length
  ASSERT_EQ(one.size(), two.size());
  std::string reply = authority->sign(content(), "100");  // made when both are valid
  ASSERT_TRUE(verify_reply(reply, kBytes, &ca));
  reply.replace(reply.find(one), one.size(), two);
  expect_refused(verify_reply(reply, kBytes, &ca), "another certificate than it says");
  expect_refused(verify_reply(reply, kBytes, nullptr), "another certificate than it says");
}

TEST_P(TimeStampReply, RefusesOddSignatures) {
  const std::string usual = content();
  authority->issue("second", "ca", "tsa");
  expect_refused(verify_reply(authority->sign(usual, "tsa", "-cades -md sha1"), kBytes, nullptr), "not SHA-256 or better");
  expect_refused(verify_reply(authority->sign(usual, "tsa", "-cades -nocerts"), kBytes, nullptr), "left its certificate out");
  expect_refused(verify_reply(authority->sign(usual, "tsa", "-cades -nocerts -certfile second.pem"), kBytes, nullptr), "does not hold with the certificate in it");
  expect_refused(verify_reply(authority->sign(usual, "tsa", "-cades -signer second.pem -inkey second.key"), kBytes, nullptr), "not exactly one signer");
  EXPECT_FALSE(verify_reply(authority->sign(usual, "tsa", "-cades -keyid"), kBytes, nullptr));
  for (const char* better : {"-cades -md sha384", "-cades -md sha512"}) EXPECT_TRUE(verify_reply(authority->sign(usual, "tsa", better), kBytes, &ca)) << better;
  if (std::string_view(GetParam()) == "rsa") {
    EXPECT_TRUE(verify_reply(authority->sign(usual, "tsa", "-cades -keyopt rsa_padding_mode:pss"), kBytes, &ca));
    authority->run("openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out short.key");
    authority->issue("short", "ca", "tsa");
    expect_refused(verify_reply(authority->sign(usual, "short"), kBytes, nullptr), "key is too short");
    // The same above the signer.
    authority->run("cp short.key weak.key");
    authority->issue("weak", "weak", "root");
    authority->issue("below", "weak", "tsa", "20200101000000Z", "20991231235959Z", "/O=Custos Test/CN=tsa");
    const Authorities weak = authority->trust("weak");
    const std::string reply = authority->sign(usual, "below");
    EXPECT_TRUE(verify_reply(reply, kBytes, nullptr));
    expect_refused(verify_reply(reply, kBytes, &weak), "no way leads");
  }
  // Signed as something else and put forward as a time stamp: the type in front is covered by no signature, the one among the attributes is.
  const std::string_view type("\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01", 12);
  std::string other = authority->sign(usual, "tsa", "-cades", "2");
  other[other.find(type) + 12] = '\4';
  expect_refused(verify_reply(other, kBytes, nullptr), "what was signed is no time stamp");
  // A key that is not that of the certificate.
  authority->run("cp second.pem false.pem && cp tsa.key false.key");
  authority->write("content", usual);
  EXPECT_FALSE(authority->try_run("openssl cms -sign -binary -in content -signer false.pem -inkey false.key -outform DER"));
}

// A digest algorithm more costs ten bytes of a reply, and each goes over all that is signed.
TEST_P(TimeStampReply, OneDigestAlgorithm) {
  const std::string_view list("\x31\x0d\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01", 15), one = list.substr(2);
  authority->sign(content());
  const std::string token = authority->read("token");
  const std::size_t at = token.find(list);
  ASSERT_NE(at, std::string::npos);
  for (std::size_t more = 0; more < 3; ++more) {
    std::string longer = token;
    longer[at + 1] = static_cast<char>(list[1] + static_cast<char>(more * one.size()));
    for (std::size_t i = 0; i < more; ++i) longer.insert(at + 2, one);
    for (const std::size_t length : {std::size_t{2}, std::size_t{17}, std::size_t{21}}) {  // of ContentInfo, its [0], and SignedData: 30 82 .. 06 09 <oid> a0 82 .. 30 82 ..
      const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(longer[i])); };
      const std::size_t size = (byte(length) << 8 | byte(length + 1)) + more * one.size();
      longer[length] = static_cast<char>(size >> 8);
      longer[length + 1] = static_cast<char>(size & 0xff);
    }
    const auto stamp = verify_reply(TestAuthority::wrap(longer), kBytes, nullptr);
    if (more == 0) {
      EXPECT_TRUE(stamp) << stamp.error().text;
    } else {
      expect_refused(stamp, "not exactly one digest algorithm");
    }
  }
}

TEST_P(TimeStampReply, RefusesOddContents) {
  const std::string usual = content();
  EXPECT_TRUE(verify_reply(authority->sign(usual), kBytes, nullptr));
  EXPECT_FALSE(verify_reply(authority->sign("no time stamp"), kBytes, nullptr));
  expect_refused(verify_reply(authority->sign(usual + "more"), kBytes, nullptr), "is no");
  std::string version = usual;
  version[version.find("\x02\x01\x01") + 2] = 2;
  expect_refused(verify_reply(authority->sign(version), kBytes, nullptr), "its version is not 1");
  expect_refused(verify_reply(authority->sign(at_time(usual, "20240230100000Z")), kBytes, nullptr), "");
  // An authority that calls itself by another name than its certificate does.
  std::string name = usual;
  name.replace(name.rfind("tsa"), 3, "TSX");
  expect_refused(verify_reply(authority->sign(name), kBytes, nullptr), "calls itself by another name");
  // Extensions: one that may be passed over, and one that must be understood.
  const std::string body = usual.substr(usual[1] == '\x81' ? 3 : 2);
  const std::string optional("\xa1\x0d\x30\x0b\x06\x03\x2a\x03\x04\x04\x04\x04\x02\x05\x00", 15), critical("\xa1\x10\x30\x0e\x06\x03\x2a\x03\x04\x01\x01\xff\x04\x04\x04\x02\x05\x00", 18);
  const auto with = [&](const std::string& extensions) {
    return authority->sign(std::string("\x30\x81") + static_cast<char>(body.size() + extensions.size()) + body + extensions);
  };
  ASSERT_LT(body.size(), 200u);
  const auto passed = verify_reply(with(optional), kBytes, nullptr);
  EXPECT_TRUE(passed) << passed.error().text;
  expect_refused(verify_reply(with(critical), kBytes, nullptr), "an extension that must be understood");

  authority->write("data", kBytes);
  authority->run("openssl ts -query -data data -sha512 -cert -out query");
  expect_refused(verify_reply(authority->answer(authority->read("query")), kBytes, nullptr), "another hash than SHA-256");
}

TEST_P(TimeStampReply, ARefusalIsToldInTheAuthoritysWords) {
  const std::string query = make_query(kBytes), reply = authority->answer(query, "", "knows_no_sha256");
  expect_refused(verify_reply(reply, kBytes, &ca), "the authority gave no time stamp: rejection, it does not know SHA-256; it says \"");
  const auto fits = fits_query(reply, query);
  ASSERT_FALSE(fits);
  EXPECT_EQ(fits.error().code, Code::Denied);
  EXPECT_THAT(fits.error().text, HasSubstr("it does not know SHA-256"));
}

TEST_P(TimeStampReply, StatusIsGrantedAndNothingElse) {
  authority->sign(content());
  const std::string token = authority->read("token");
  const auto with = [&](std::string_view status) { return verify_reply(TestAuthority::wrap(token, status), kBytes, &ca); };
  EXPECT_TRUE(with({"\x30\x03\x02\x01\x00", 5}));
  EXPECT_TRUE(with({"\x30\x13\x02\x01\x00\x30\x0e\x0c\x0cOperation OK", 21}));
  expect_refused(with({"\x30\x03\x02\x01\x01", 5}), "granted with modifications");
  for (const char status : {'\2', '\3', '\4', '\5', '\6', '\xff'}) EXPECT_FALSE(with(std::string("\x30\x03\x02\x01") + status)) << status;
  expect_refused(with({"\x30\x07\x02\x01\x00\x03\x02\x07\x80", 9}), "granted and why it is not");
  expect_refused(verify_reply({"\x30\x05\x30\x03\x02\x01\x00", 7}, kBytes, &ca), "is no reply");
  expect_refused(verify_reply({"\x30\x05\x30\x03\x02\x01\x03", 7}, kBytes, &ca), "waiting");
}

TEST_P(TimeStampReply, FitsTheQueryItAnswers) {
  const std::string query = make_query(kBytes), reply = authority->answer(query);
  EXPECT_TRUE(fits_query(reply, query));
  EXPECT_THAT(fits_query(reply, make_query(kBytes)).error().text, HasSubstr("another query"));
  EXPECT_THAT(fits_query(reply, make_query("other bytes")).error().text, HasSubstr("other bytes"));
  EXPECT_THAT(fits_query(reply, "").error().text, HasSubstr("no time stamp query"));
  EXPECT_THAT(fits_query(reply, query + "x").error().text, HasSubstr("no time stamp query"));
  EXPECT_THAT(fits_query("", query).error().text, HasSubstr("is no reply"));
  authority->write("data", kBytes);
  authority->run("openssl ts -query -data data -sha256 -cert -no_nonce -out query");
  EXPECT_THAT(fits_query(reply, authority->read("query")).error().text, HasSubstr("no nonce"));
  EXPECT_THAT(fits_query(authority->answer(authority->read("query")), query).error().text, HasSubstr("another query"));
}

TEST_P(TimeStampReply, NamesAreSafeToPrint) {
  authority->issue("odd", "ca", "tsa", "20200101000000Z", "20991231235959Z", "/O=Custos Test/CN=ts\x1b[31ma");
  const auto stamp = verify_reply(authority->sign(authority->content_of(authority->answer(make_query(kBytes), "", "with_chain")), "odd"), kBytes, &ca);
  ASSERT_TRUE(stamp) << stamp.error().text;
  EXPECT_EQ(stamp->authority, "ts<U+001B>[31ma");
}

TEST(TimeStampAuthorities, AreCertificatesInPem) {
  NEEDS_OPENSSL();
  TestAuthority authority;
  const std::string ca = authority.read("ca.pem"), tsa = authority.read("tsa.pem"), key = authority.read("tsa.key");
  EXPECT_EQ(parse_authorities(ca)->certificates.size(), 1u);
  EXPECT_EQ(parse_authorities("The office:\n" + ca + "\nand its clock\n" + tsa + ca)->certificates.size(), 3u);
  std::string crlf;
  for (const char c : ca) crlf += c == '\n' ? "\r\n" : std::string(1, c);
  EXPECT_EQ(parse_authorities(crlf)->certificates.size(), 1u);
  std::string broken = ca;
  broken.insert(broken.size() / 2, "?");
  for (const std::string& odd : {std::string(), std::string("text"), authority.read("ca.der"), key, ca + key, key + ca, broken, ca + broken, ca.substr(0, ca.size() / 2),
                                 ca + "-----BEGIN CERTIFICATE-----\n", std::string(5u << 20, 'a')}) {
    const auto parsed = parse_authorities(odd);
    EXPECT_FALSE(parsed) << odd.substr(0, 500);
  }
  std::string many;
  for (int i = 0; i < 1'001; ++i) many += ca;
  EXPECT_EQ(parse_authorities(many).error().code, Code::Limit);
}

}  // namespace custos::evidence::stamp_reply_test
