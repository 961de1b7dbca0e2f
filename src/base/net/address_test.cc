#include "base/net/address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace custos {
namespace address_test {
namespace {

std::string cidr(std::string_view s) {
  const auto c = parse_cidr(s);
  return !c ? "none" : text_of(*c) + (c->exact ? "" : " inexact");
}

// The quick way's twin is the C library's.
TEST(Addresses, DottedQuadsAreReadAsByTheLibrary) {
  std::mt19937 random(4);
  const std::string_view parts[] = {"0", "00", "01", "7", "10", "99", "100", "249", "255", "256", "300", "1000", "", "-1", "a", " 1"};
  std::size_t good = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string text;
    const int dots = random() % 20 == 0 ? 2 + static_cast<int>(random() % 4) : 3;
    for (int part = 0; part <= dots; ++part) {
      text += part == 0 ? "" : random() % 200 == 0 ? ":" : ".";
      text += random() % 3 == 0 ? parts[random() % std::size(parts)] : parts[random() % 7];
    }
    Address twin;
    twin.bytes[10] = twin.bytes[11] = 0xFF;
    const std::string trimmed = text.substr(std::min(text.find_first_not_of(' '), text.size()));
    if (inet_pton(AF_INET, trimmed.c_str(), twin.bytes.data() + 12) != 1) {
      ASSERT_TRUE(text.find(':') != std::string::npos || !parse_address(text)) << text;
      continue;
    }
    ++good;
    ASSERT_EQ(parse_address(text), twin) << text;
  }
  EXPECT_GT(good, 1'000u);
  for (const char* bad : {"1.2.3.4.", ".1.2.3.4", "1..2.3", "1.2.3.04", "1.2.3.256", "1.2.3.4x", "1.2.3", "1.2.3.4.5", "0x1.2.3.4", "1.2.3.4/8"}) {
    EXPECT_EQ(parse_address(bad), std::nullopt) << bad;
  }
}

TEST(Addresses, AreReadInEverySpelling) {
  EXPECT_EQ(cidr("10.20.4.0/22"), "10.20.4.0/22");
  EXPECT_EQ(cidr("10.20.5.1/22"), "10.20.4.0/22 inexact");
  EXPECT_EQ(cidr("10.1.2.3"), "10.1.2.3/32");
  EXPECT_EQ(cidr("0.0.0.0/0"), "0.0.0.0/0");
  EXPECT_EQ(cidr("2001:db8::/48"), "2001:db8::/48");
  EXPECT_EQ(cidr("::/0"), "::/0");
  EXPECT_EQ(cidr("fe80::1%eth0"), "fe80::1/128");
  for (const char* bad : {"", "10.1.2", "10.1.2.3/33", "10.1.2.3/", "10.1.2.3/-1", "10.1.2.3/8x", "2001:db8::/129", "x", "10.1.2.3 /8", "1.2.3.4.5"})
    EXPECT_EQ(cidr(bad), "none") << bad;
  EXPECT_EQ(parse_address("::ffff:10.1.2.3"), parse_address("10.1.2.3"));
  EXPECT_EQ(parse_address(std::string_view("10.1.2.3\0x", 10)), std::nullopt);
}

TEST(Addresses, PrivateAndPublic) {
  for (const char* a : {"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fd00::1"})
    EXPECT_TRUE(is_private(*parse_address(a)) && !is_public(*parse_address(a))) << a;
  for (const char* a : {"8.8.8.8", "172.32.0.1", "2a00::1", "11.0.0.1"}) EXPECT_TRUE(!is_private(*parse_address(a)) && is_public(*parse_address(a))) << a;
  for (const char* a : {"127.0.0.1", "169.254.1.1", "224.0.0.1", "255.255.255.255", "100.64.0.1", "::1", "fe80::1", "ff02::1", "::", "2001:db8::1"})
    EXPECT_TRUE(!is_private(*parse_address(a)) && !is_public(*parse_address(a))) << a;
}

TEST(Addresses, MacsInEverySpelling) {
  EXPECT_EQ(normal_mac("00-1A-2B-3C-4D-5E"), "00:1a:2b:3c:4d:5e");
  EXPECT_EQ(normal_mac("001a.2b3c.4d5e"), "00:1a:2b:3c:4d:5e");
  EXPECT_EQ(normal_mac("001A2B3C4D5E"), "00:1a:2b:3c:4d:5e");
  for (const char* bad : {"", "00:1a", "zz:1a:2b:3c:4d:5e", "00:1a:2b:3c:4d:5e:6f"}) EXPECT_EQ(normal_mac(bad), std::nullopt);
}

TEST(Addresses, NetworksHoldTheirOwnFamilyAlone) {
  EXPECT_TRUE(parse_cidr("0.0.0.0/0")->holds(*parse_address("10.1.2.3")));
  EXPECT_TRUE(parse_cidr("10.0.0.0/8")->holds(*parse_address("::ffff:10.1.2.3")));
  EXPECT_FALSE(parse_cidr("::/0")->holds(*parse_address("10.1.2.3")));
  EXPECT_FALSE(parse_cidr("0.0.0.0/0")->holds(*parse_address("2001:db8::1")));
  EXPECT_FALSE(any_holds({*parse_cidr("::/0")}, *parse_address("10.1.2.3")));
}

// holds() bit by bit, and any_holds() by looking at each.
TEST(Addresses, NetworksHoldWhatANaiveTwinSays) {
  std::mt19937_64 random(4);
  const auto naive = [](const Cidr& c, const Address& a) {
    for (int i = 0; i < c.bits; ++i) {
      const auto bit = [i](const Address& x) { return (x.bytes[static_cast<std::size_t>(i / 8)] >> (7 - i % 8)) & 1; };
      if (bit(c.address) != bit(a)) return false;
    }
    return true;
  };
  for (int round = 0; round < 300; ++round) {
    Address base;
    for (auto& b : base.bytes) b = static_cast<std::uint8_t>(random());
    std::vector<Cidr> all;
    std::vector<Address> some;
    for (int i = 0; i < 30; ++i) {
      Address a = base;
      const std::size_t at = random() % 16;
      a.bytes[at] = static_cast<std::uint8_t>(random());
      some.push_back(a);
      if (random() % 2 == 0) all.push_back(prefix_of(a, static_cast<int>(40 + random() % 89)));
    }
    std::sort(all.begin(), all.end(), [](const Cidr& x, const Cidr& y) { return x.before(y); });
    for (const Address& a : some) {
      bool any = false;
      for (const Cidr& c : all) {
        ASSERT_EQ(c.holds(a), naive(c, a));
        any = any || naive(c, a);
      }
      ASSERT_EQ(any_holds(all, a), any);
    }
  }
}

}  // namespace
}  // namespace address_test
}  // namespace custos
