#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <limits>
#include <map>
#include <random>

#include "rules/correlation/aggregates.h"
#include "rules/correlation/codec.h"
#include "rules/correlation/group.h"
#include "rules/correlation/key_table.h"

namespace custos::rules::correlation {
namespace {

TEST(KeyTable, EqualsAMap) {
  std::mt19937 random(7);
  for (const std::uint64_t seed : {0u, 99u}) {
    KeyTable table(seed);
    std::map<std::string, std::uint32_t> truth;
    for (int i = 0; i < 200'000; ++i) {
      const std::string text = "k" + std::to_string(random() % 500) + (random() % 9 == 0 ? std::string(100, 'y') : "");
      const auto it = truth.find(text);
      ASSERT_EQ(table.find(text), it == truth.end() ? KeyTable::kAbsent : it->second);
      if (random() % 2 == 0) {
        bool fresh = false;
        const auto number = table.add(text, fresh);
        ASSERT_EQ(fresh, it == truth.end());
        ASSERT_EQ(table.text(number), text);
        truth[text] = number;
      } else if (it != truth.end()) {
        table.remove(it->second);
        truth.erase(it);
      }
      ASSERT_EQ(table.size(), truth.size());
    }
    EXPECT_LE(table.numbers(), 1'000u);  // numbers are given out again
  }
}

TEST(Numbers, OnlyDecimals) {
  for (const char* good : {"0", "-12", "+5", " 7 ", "1.5", ".5", "-.5", "1e3", "2.5E-2", "007", "9223372036854775807",
                           "18446744073709551615"}) {
    EXPECT_TRUE(parse_number(good)) << good;
  }
  for (const char* bad :
       {"", " ", "x", "1x", "0x10", "nan", "inf", "-inf", "-", "+", ".", "+-1", "--1", "1 2", "1e999", "1,5", "true"}) {
    EXPECT_FALSE(parse_number(bad)) << bad;
  }
  EXPECT_EQ(parse_number("1e3")->value, 1000);
  EXPECT_FALSE(std::signbit(parse_number("-0.0")->value));
  EXPECT_EQ(parse_number("-9223372036854775808")->integer, std::numeric_limits<std::int64_t>::min());
}

TEST(ExactSum, RoundsOnceAndInAnyOrder) {
  ExactSum sum;
  for (const double d : {1e308, 1.0, -1e308, 1e-300, 0.1, 5e-324}) sum.add(d);
  EXPECT_EQ(sum.value(), 1.1);
  for (const double d : {0.1, 1.0, 5e-324}) sum.remove(d);
  EXPECT_EQ(sum.value(), 1e-300);
  sum.remove(1e-300);
  EXPECT_EQ(sum.value(), 0);
  sum.add(5e-324);
  EXPECT_EQ(sum.value(), 5e-324);
  sum.remove(1e-323);
  EXPECT_EQ(sum.value(), -5e-324);
  ExactSum big;
  for (int i = 0; i < 4; ++i) big.add(1.7e308);
  EXPECT_EQ(big.value(), INFINITY);
  for (int i = 0; i < 3; ++i) big.remove(1.7e308);
  EXPECT_EQ(big.value(), 1.7e308);
}

TEST(ExactSum, RoundsToEvenAtTies) {
  ExactSum sum;
  sum.add(9007199254740992.0);  // 2^53
  sum.add(1);
  EXPECT_EQ(sum.value(), 9007199254740992.0);
  sum.add(0x1p-1000);  // a breath above the tie
  EXPECT_EQ(sum.value(), 9007199254740994.0);
  sum.add(2);
  sum.remove(0x1p-1000);
  EXPECT_EQ(sum.value(), 9007199254740996.0);
}

TEST(ExactSum, EqualsQuadruplePrecisionWithinItsRange) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 500; ++round) {
    ExactSum sum;
    __extension__ typedef __int128 Wide;
    Wide truth = 0;  // in units of 2^-60
    std::vector<double> in;
    for (int i = 0; i < 200; ++i) {
      const double d = std::ldexp(static_cast<double>(static_cast<std::int64_t>(random()) >> (random() % 50 + 11)),
                                  -static_cast<int>(random() % 61));
      sum.add(d);
      in.push_back(d);
      truth += static_cast<Wide>(std::ldexp(static_cast<long double>(d), 60));
      if (random() % 3 == 0) {
        const std::size_t gone = random() % in.size();
        sum.remove(in[gone]);
        truth -= static_cast<Wide>(std::ldexp(static_cast<long double>(in[gone]), 60));
        in.erase(in.begin() + static_cast<std::ptrdiff_t>(gone));
      }
      // GCC and clang round a conversion from a 128-bit integer to the nearest double.
      ASSERT_EQ(sum.value(), std::ldexp(static_cast<double>(truth), -60));
    }
  }
}

TEST(Quantile, EqualsSorting) {
  std::mt19937 random(5);
  for (const double percentile : {0.0, 1.0, 33.3, 50.0, 95.0, 99.9, 100.0}) {
    Quantile quantile(percentile);
    std::vector<double> all;
    for (int i = 0; i < 3'000; ++i) {
      if (all.empty() || random() % 5 < 3) {
        all.push_back(static_cast<double>(random() % 50));
        quantile.add(all.back());
      } else {
        const std::size_t gone = random() % all.size();
        quantile.remove(all[gone]);
        all.erase(all.begin() + static_cast<std::ptrdiff_t>(gone));
      }
      ASSERT_EQ(quantile.size(), all.size());
      if (all.empty()) continue;
      auto sorted = all;
      std::sort(sorted.begin(), sorted.end());
      const double rank = static_cast<double>(sorted.size() - 1) * percentile / 100;
      const auto low = static_cast<std::size_t>(rank);
      const double part = rank - static_cast<double>(low);
      ASSERT_EQ(quantile.value(), part == 0 ? sorted[low] : sorted[low] + part * (sorted[low + 1] - sorted[low]));
    }
  }
}

TEST(Ring, EqualsADeque) {
  std::mt19937 random(9);
  Ring ring;
  std::deque<std::uint64_t> truth;
  for (std::uint64_t i = 0; i < 300'000; ++i) {
    const bool growing = (i / 20'000) % 2 == 0;
    if (truth.empty() || random() % 10 < (growing ? 8u : 2u)) {
      Entry entry;
      entry.record = i;
      ring.push(entry);
      truth.push_back(i);
    } else {
      ring.pop();
      truth.pop_front();
    }
    ASSERT_EQ(ring.size(), truth.size());
    if (truth.empty()) continue;
    ASSERT_EQ(ring.front().record, truth.front());
    ASSERT_EQ(ring[truth.size() - 1].record, truth.back());
  }
}

TEST(Codec, RoundTripsAndRunsOutSafely) {
  std::string out;
  const std::vector<std::uint64_t> numbers{0, 1, 127, 128, 1u << 31, std::numeric_limits<std::uint64_t>::max()};
  for (const auto n : numbers) put(out, n);
  for (const auto n : {std::int64_t{0}, std::int64_t{-1}, kNoTime, std::numeric_limits<std::int64_t>::max()})
    put_signed(out, n);
  put_text(out, "text");
  put_double(out, -1.5);
  for (std::size_t n = 0; n <= out.size(); ++n) {
    Reader in(std::string_view(out).substr(0, n));
    bool right = true;
    for (const auto number : numbers) right = (in.number() == number) && right;
    for (const auto number : {std::int64_t{0}, std::int64_t{-1}, kNoTime, std::numeric_limits<std::int64_t>::max()}) {
      right = (in.signed_number() == number) && right;
    }
    right = (in.text() == "text") && right;
    right = (in.floating() == -1.5) && right;
    EXPECT_EQ(!in.bad(), n == out.size()) << n;
    EXPECT_EQ(right, n == out.size()) << n;
  }
  Reader hostile(std::string_view("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11));
  EXPECT_EQ(hostile.count(1), 0u);
  EXPECT_TRUE(hostile.bad());
}

}  // namespace
}  // namespace custos::rules::correlation
