#include "share/words.h"

#include <gtest/gtest.h>

namespace custos::share {
namespace words_test_file {
namespace {

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
