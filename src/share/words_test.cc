#include "share/words.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace custos::share {
namespace words_test_file {
namespace {
TEST(Words, RarityNeverClaimsMoreThanThereIs) {
  EXPECT_EQ(rarity(0.000083), "less than 1 in 10,000 ordinary days");
  EXPECT_EQ(rarity(0.0001), "1 in 10,000 ordinary days");
  EXPECT_EQ(rarity(0.0001001), "less than 1 in 9,000 ordinary days");
  EXPECT_EQ(rarity(0.05), "1 in 20 ordinary days");
  EXPECT_EQ(rarity(0.3), "less than 1 in 3 ordinary days");
  EXPECT_EQ(rarity(0.5), "1 in 2 ordinary days");
  EXPECT_EQ(rarity(1), "more than half of all ordinary days");
  EXPECT_EQ(rarity(0), "less than 1 in 1,000,000,000,000,000 ordinary days");
  EXPECT_EQ(rarity(std::nan("")), "not known in how many ordinary days");
  for (double p = 0.49; p > 1e-14; p *= 0.93) {
    std::string bound = rarity(p);
    bound = bound.substr(bound.find("1 in ") + 5);
    std::erase(bound, ',');
    EXPECT_LE(std::stod(bound), 1.0001 / p) << p;
    EXPECT_GT(std::stod(bound) * 2.0001, 1 / p) << p;
  }
}

TEST(Words, FiguresOfAnySize) {
  const std::vector<std::pair<double, std::string>> cases = {
      {0, "0"},       {1, "1"},          {0.5, "0.5"},      {0.000083, "0.000083"}, {1e-9, "1e-09"}, {12.34, "12.3"},
      {61.4, "61.4"}, {999.96, "1,000"}, {41000, "41,000"}, {1e20, "1e+20"},        {-2.5, "-2.5"},  {0.0999, "0.1"}};
  for (const auto& [n, text] : cases) EXPECT_EQ(figure(n), text);
  EXPECT_EQ(figure(std::nan("")), "not known");
  EXPECT_EQ(figure(std::numeric_limits<double>::infinity()), "beyond all numbers");
}

TEST(Words, LikelihoodNamesWhatRaisedIt) {
  Behavior b;
  b.p = 0.000083;
  b.odds = 41;
  EXPECT_EQ(likelihood(b), "p = 0.000083");
  b.p = 0.01;
  b.odds = 12'500;
  EXPECT_EQ(likelihood(b), "p = 0.01, odds 12,500");
  EXPECT_EQ(strength(b), 12'500);
}


TEST(Words, Numbers) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'000), "1,000");
  EXPECT_EQ(grouped(~0ull), "18,446,744,073,709,551,615");
  EXPECT_EQ(counted(1, "file"), "1 file");
  EXPECT_EQ(counted(0, "entry"), "0 entries");
  EXPECT_EQ(counted(2, "match"), "2 matches");
  EXPECT_EQ(sized(1), "1 byte");
  EXPECT_EQ(sized(1023), "1,023 bytes");
  EXPECT_EQ(sized(71'680), "70.0 KiB");
  EXPECT_EQ(sized((1u << 20) - 1), "1.0 MiB");
  EXPECT_EQ(sized(~0ull), "16384.0 PiB");
}

TEST(Words, SpansAndSentences) {
  EXPECT_EQ(span(kNoTime, kNoTime), "no time");
  EXPECT_EQ(span(0, 0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(span(0, kSecond), "1970-01-01T00:00:00Z to 00:00:01Z");
  EXPECT_EQ(span(-1, kDay + 5), "1969-12-31T23:59:59Z to 1970-01-02T00:00:00Z");
  EXPECT_EQ(span(kNoTime, 7), "1970-01-01T00:00:00Z");
  EXPECT_EQ(first_sentence(" One\n  two, e.g. three. Four."), "One two, e.g. three.");
  EXPECT_EQ(first_sentence("no end"), "no end");
  EXPECT_EQ(first_sentence(""), "");
}

TEST(Words, Tactics) {
  EXPECT_EQ(tactic_title("credential_access"), "Credential Access");
  EXPECT_EQ(tactic_title("Command-and-Control"), "Command and Control");
  EXPECT_EQ(tactic_id("command and control"), "TA0011");
  EXPECT_EQ(tactic_title("odd_one"), "Odd One");
  EXPECT_EQ(tactic_id("odd_one"), "");
}

}  // namespace
}  // namespace words_test_file
}  // namespace custos::share
