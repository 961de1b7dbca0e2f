#include "base/net/registered_domain.h"

#include <gtest/gtest.h>

namespace custos {
namespace {

TEST(RegisteredDomain, IsTheLastTwoLabelsOrThree) {
  EXPECT_EQ(registered_domain("www.example.org"), "example.org");
  EXPECT_EQ(registered_domain("a.b.c.example.org."), "example.org");
  EXPECT_EQ(registered_domain("www.example.co.uk"), "example.co.uk");
  EXPECT_EQ(registered_domain("a.example.com.au"), "example.com.au");
  EXPECT_EQ(registered_domain("co.uk"), "co.uk");
  EXPECT_EQ(registered_domain("WWW.Example.CO.UK"), "Example.CO.UK");
  // What two labels, or a table of the commonest suffixes, would get wrong.
  EXPECT_EQ(registered_domain("a.b.city.kawasaki.jp"), "city.kawasaki.jp");  // an exception to *.kawasaki.jp
  EXPECT_EQ(registered_domain("a.b.c.kawasaki.jp"), "b.c.kawasaki.jp");
  EXPECT_EQ(registered_domain("one.user.github.io"), "user.github.io");  // users' pages are as far apart as strangers are
  EXPECT_EQ(registered_domain("www.example.k12.ca.us"), "example.k12.ca.us");
  EXPECT_EQ(registered_domain("example.uk"), "example.uk");
  EXPECT_EQ(registered_domain("com.example"), "com.example");
}

TEST(RegisteredDomain, TakesAnything) {
  for (const char* s : {"", ".", "..", ".org", "localhost", "...co.uk", ".co.uk", "a..b", "192.0.2.7", "2001:db8::1"}) {
    const std::string_view d = registered_domain(s);
    EXPECT_NE(std::string_view(s).find(d), std::string_view::npos) << s;
  }
  EXPECT_EQ(registered_domain("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(registered_domain("localhost"), "localhost");
}

TEST(RegisteredDomain, AListThatIsMissingIsSaid) {
  EXPECT_EQ(SuffixList::system().problem(), "");
  const SuffixList missing("/no/such/list");
  EXPECT_NE(missing.problem().find("/no/such/list is missing"), std::string::npos);
  EXPECT_NE(missing.problem().find("publicsuffix"), std::string::npos);
  EXPECT_EQ(missing.registered_domain("www.example.org"), "example.org");
}

TEST(InformationBytes, IsShannonTimesLength) {
  EXPECT_EQ(information_bytes(""), 0);
  EXPECT_EQ(information_bytes("aaaaaaaa"), 0);
  EXPECT_DOUBLE_EQ(information_bytes("abcd"), 1);      // two bits each
  EXPECT_DOUBLE_EQ(information_bytes("abababab"), 1);  // one bit each
}

}  // namespace
}  // namespace custos
