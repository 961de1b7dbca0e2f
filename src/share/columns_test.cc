#include "share/columns.h"

#include <gtest/gtest.h>

namespace custos::share {
namespace columns_test_file {
namespace {

TEST(Columns, WideAndCombiningCharacters) {
  EXPECT_EQ(columns("abc"), 3u);
  EXPECT_EQ(columns("日本"), 4u);
  EXPECT_EQ(columns("e\xCC\x81"), 1u);
  EXPECT_EQ(fitted("日本語テキスト", 9), "日本語...");
  EXPECT_EQ(fitted("abc", 3), "abc");
  EXPECT_EQ(fitted("abcdef", 5), "ab...");
  EXPECT_EQ(fitted("abcdef", 2), "ab");
}

TEST(Columns, PathsKeepTheirEnd) {
  const std::string s = fitted_path("/very/long/path/to/some/security.evtx", 24);
  EXPECT_EQ(s, "/very/l.../security.evtx");
}

TEST(Columns, NothingIsEverWiderThanAsked) {
  const std::string text =
      "日本語 e\xCC\x81 plain words and averylongwordwithoutanyblanktobreakat 日本語テキスト日本語";
  for (std::size_t width = 4; width < 60; ++width) {
    EXPECT_LE(columns(fitted(text, width)), width);
    EXPECT_LE(columns(fitted_path(text, width)), width);
    const auto lines = wrapped(text, width, 3);
    EXPECT_LE(lines.size(), 3u);
    for (const auto& l : lines) EXPECT_LE(columns(l), width) << l;
  }
  EXPECT_EQ(padded("日", 4), "日  ");
}

TEST(Columns, WrapsAtBlanks) {
  EXPECT_EQ(wrapped("one two three", 8, 5), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrapped("one two three four", 8, 2), (std::vector<std::string>{"one two", "three..."}));
  EXPECT_TRUE(wrapped("", 8, 2).empty());
}

}  // namespace
}  // namespace columns_test_file
}  // namespace custos::share
