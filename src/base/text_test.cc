#include "base/text.h"

#include <gtest/gtest.h>

namespace custos {
namespace {

TEST(Text, BrokenBytesBecomeReplacementCharacters) {
  EXPECT_EQ(to_valid_utf8("a\x80" "b\xC0\xAF\xED\xA0\x80"), "a\xEF\xBF\xBD" "b\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_TRUE(is_valid_utf8(to_valid_utf8("\xF4\x90\x80\x80 \xFF")));
}

TEST(Text, FoldingIsUnicode) {
  EXPECT_EQ(fold("ÜBER-ÄQUATOR"), fold("Über-äquator"));
  EXPECT_EQ(fold("ΣΊΣΥΦΟΣ"), fold("σίσυφος"));
  EXPECT_EQ(fold("ABC"), "abc");
  std::string out;
  EXPECT_TRUE(fold_into("PowerShell", out));
  EXPECT_FALSE(fold_into("É", out));
  EXPECT_EQ(out, "é");
}

// One byte or character beyond ASCII at every place of texts of every size: the fast paths read several bytes at once.
TEST(Text, WhatIsNotAsciiIsFoundAtEveryPlace) {
  for (std::size_t n = 0; n < 140; ++n) {
    std::string s(n, 'a');
    EXPECT_TRUE(is_ascii(s)) << n;
    EXPECT_TRUE(folds_as_ascii(s)) << n;
    for (std::size_t at = 0; at + 2 <= n; ++at) {
      std::string marked = s;
      marked.replace(at, 2, "\u00AE");
      EXPECT_FALSE(is_ascii(marked)) << n << ' ' << at;
      EXPECT_TRUE(folds_as_ascii(marked)) << n << ' ' << at;
      EXPECT_EQ(fold(marked), marked);
      marked.replace(at, 2, "\u00C4");
      EXPECT_FALSE(folds_as_ascii(marked)) << n << ' ' << at;
      std::string folded = s;
      folded.replace(at, 2, "\u00E4");
      EXPECT_EQ(fold(marked), folded);
    }
  }
  EXPECT_FALSE(folds_as_ascii("\u212A"));  // the Kelvin sign becomes a k
  EXPECT_FALSE(folds_as_ascii("\u017F"));
}

TEST(Text, Utf16RoundTripAndLoneSurrogates) {
  Arena arena;
  EXPECT_EQ(utf16le_to_utf8(utf8_to_utf16le("a€😀"), arena), "a€😀");
  EXPECT_EQ(utf16le_to_utf8(std::string_view("\x00\xD8", 2), arena), "\xEF\xBF\xBD");
}

TEST(Text, PrintableShowsEscapes) {
  EXPECT_EQ(printable("a\x1b[31m\u202Eb"), "a<U+001B>[31m<U+202E>b");
  EXPECT_EQ(printable("abcdef", 3), "abc...");
}

}  // namespace
}  // namespace custos
