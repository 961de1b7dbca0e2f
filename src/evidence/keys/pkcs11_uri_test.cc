#include "evidence/keys/pkcs11_uri.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace custos::evidence {
namespace pkcs11_uri_test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kGood = "pkcs11:token=custos;object=log?module-path=/usr/lib/softhsm/libsofthsm2.so";

}  // namespace

TEST(Pkcs11Uri, IsToldByItsScheme) {
  EXPECT_TRUE(is_pkcs11_uri(kGood));
  EXPECT_TRUE(is_pkcs11_uri("PKCS11:"));
  for (const char* other : {"", "pkcs11", "pkcs12:", "key.pem", "/pkcs11:token=a", " pkcs11:"}) EXPECT_FALSE(is_pkcs11_uri(other)) << other;
}

TEST(Pkcs11Uri, IsRead) {
  const auto uri = parse_pkcs11_uri(kGood);
  ASSERT_TRUE(uri) << uri.error().text;
  EXPECT_EQ(uri->token, "custos");
  EXPECT_EQ(uri->object, "log");
  EXPECT_EQ(uri->module_path, "/usr/lib/softhsm/libsofthsm2.so");
}

TEST(Pkcs11Uri, IsDecoded) {
  const auto uri = parse_pkcs11_uri("PKCS11:object=a%20%2f%3B%c3%A9=&b;token=%70:[]@!$'()*+,=?module-path=/a%3fb?c|d/%25.so");
  ASSERT_TRUE(uri) << uri.error().text;
  EXPECT_EQ(uri->object, "a /;\xc3\xa9=&b");
  EXPECT_EQ(uri->token, "p:[]@!$'()*+,=");
  EXPECT_EQ(uri->module_path, "/a?b?c|d/%.so");
}

TEST(Pkcs11Uri, APinIsRefusedAndNeverRepeated) {
  for (const char* odd : {"pkcs11:token=a;object=b?module-path=/m&pin-value=73105", "pkcs11:token=a;object=b?pin-value=73105&module-path=/m",
                          "pkcs11:token=a;object=b;pin-value=73105?module-path=/m", "pkcs11:token=a;object=b?module-path=/m&PIN-VALUE=73105"}) {
    const auto uri = parse_pkcs11_uri(odd);
    ASSERT_FALSE(uri) << odd;
    EXPECT_THAT(uri.error().text, HasSubstr("a PIN does not belong on a command line"));
    EXPECT_THAT(uri.error().text + uri.error().where, Not(HasSubstr("73105")));
  }
  for (const char* odd : {"pkcs11:token=a;object=b?module-path=/m&pin=73105", "pkcs11:token=a;object=b?module-path=/m&73105", "pkcs11:token=a;object=73105%",
                          "pkcs11:token=a;object=73105 ", "pkcs11:token=a;object=73105?module-path=/m&pin-source=73105"}) {
    const auto uri = parse_pkcs11_uri(odd);
    ASSERT_FALSE(uri) << odd;
    EXPECT_THAT(uri.error().text + uri.error().where, Not(HasSubstr("73105"))) << odd;
  }
  EXPECT_THAT(parse_pkcs11_uri("pkcs11:token=a;object=b?module-path=/m&pin-source=/f").error().text, HasSubstr("pin-source is not supported"));
}

TEST(Pkcs11Uri, SaysWhatIsWrong) {
  const std::string many(300, 'x');
  const std::pair<std::string, const char*> odd[] = {
      {"key.pem", "does not begin with pkcs11:"},
      {"pkcs11:", "token is missing"},
      {"pkcs11:?", "token is missing"},
      {"pkcs11:token=a", "object is missing"},
      {"pkcs11:token=a;object=b", "module-path is missing"},
      {"pkcs11:token=a;object=b?", "module-path is missing"},
      {"pkcs11:token=a;object=b?module-path=m.so", "begin with '/'"},
      {"pkcs11:token=a;object=b?module-path=./m.so", "begin with '/'"},
      {"pkcs11:token=;object=b?module-path=/m", "token is empty"},
      {"pkcs11:token=a;token=a;object=b?module-path=/m", "token stands there twice"},
      {"pkcs11:token=a;object=b?module-path=/m&module-path=/m", "module-path stands there twice"},
      {"pkcs11:token=a;object=b;?module-path=/m", "nothing follows its last ';'"},
      {"pkcs11:;token=a;object=b?module-path=/m", "no '='"},
      {"pkcs11:token=a;;object=b?module-path=/m", "no '='"},
      {"pkcs11:token=a;object=b?module-path=/m&", "nothing follows its last '&'"},
      {"pkcs11:token=a;object=b;id=%01?module-path=/m", "'id' is not understood before the '?'"},
      {"pkcs11:Token=a;object=b?module-path=/m", "'Token' is not understood"},
      {"pkcs11:token=a;object=b?module-name=m", "'module-name' is not understood behind the '?'"},
      {"pkcs11:token=a;object=b?token=c&module-path=/m", "'token' is not understood behind the '?'"},
      {"pkcs11:token=a;object=b;module-path=/m", "'module-path' is not understood before the '?'"},
      {"pkcs11:token=a;object=b/c?module-path=/m", "written as %2F"},
      {"pkcs11:token=a b;object=b?module-path=/m", "written as %20"},
      {"pkcs11:token=a;object=\xc3\xa9?module-path=/m", "written as %C3"},
      {"pkcs11:token=a;object=b?module-path=/m#x", "written as %23"},
      {"pkcs11:token=a;object=b%0?module-path=/m", "two hexadecimal digits"},
      {"pkcs11:token=a;object=b?module-path=/m%", "two hexadecimal digits"},
      {"pkcs11:token=a;object=b?module-path=/m%+1", "two hexadecimal digits"},
      {"pkcs11:token=a;object=b%00?module-path=/m", "no text"},
      {"pkcs11:token=a;object=%ff?module-path=/m", "no text"},
      {"pkcs11:token=" + many + ";object=b?module-path=/m", "longer than 32 bytes"},
      {"pkcs11:token=a;object=" + many + "?module-path=/m", "longer than 255 bytes"},
      {"pkcs11:" + std::string(9000, 'x'), "longer than 8192 bytes"},
  };
  for (const auto& [text, why] : odd) {
    const auto uri = parse_pkcs11_uri(text);
    ASSERT_FALSE(uri) << text;
    EXPECT_THAT(uri.error().text, HasSubstr(why)) << text;
    EXPECT_EQ(uri.error().code, Code::Usage);
  }
}

TEST(Pkcs11Uri, DamageIsRefusedOrAnotherName) {
  const std::string good = kGood;
  const auto whole = parse_pkcs11_uri(good);
  ASSERT_TRUE(whole);
  const auto same = [&](const Pkcs11Uri& u) { return u.token == whole->token && u.object == whole->object && u.module_path == whole->module_path; };
  for (std::size_t i = 0; i < good.size(); ++i) {
    const auto cut = parse_pkcs11_uri(std::string_view(good).substr(0, i));
    EXPECT_TRUE(!cut || !same(*cut)) << i;
    EXPECT_TRUE(!cut || i > good.find("=/") + 1) << i;
    for (int b = 0; b < 256; ++b) {
      if (static_cast<char>(b) == good[i]) continue;
      std::string bad = good;
      bad[i] = static_cast<char>(b);
      const auto uri = parse_pkcs11_uri(bad);
      // The scheme alone may be in capitals.
      EXPECT_TRUE(!uri || !same(*uri) || i < 5) << bad;
    }
  }
}

}  // namespace pkcs11_uri_test
}  // namespace custos::evidence
