#include "behavior/facts/recent_texts.h"

#include <gtest/gtest.h>

#include "behavior/statistics/random_test.h"

namespace custos::behavior::recent_texts {
namespace {

// Its naive twin is the dictionary alone.
TEST(RecentTexts, GiveWhatTheDictionaryGives) {
  Dictionary texts;
  RecentTexts recent;
  testing::Draws d{5};
  std::size_t asked = 0;
  constexpr int kLookUps = 50'000;
  for (int i = 0; i < kLookUps; ++i) {
    // Of every length, many alike at both ends.
    std::string text = "10.10.0." + std::string(d.next() % 70, 'x') + std::to_string(d.next() % 40) + "example.org";
    text = text.substr(d.next() % 3 == 0 ? d.next() % text.size() : 0);
    const TextId id = recent.of(text, [&] { return ++asked, texts.intern(text); });
    ASSERT_EQ(texts.text(id), text);
  }
  EXPECT_LT(asked, kLookUps);
}

TEST(RecentTexts, RememberWhatWasJustAsked) {
  RecentTexts recent;
  const auto never = []() -> TextId { throw std::logic_error("asked again"); };
  EXPECT_EQ(recent.of("10.10.10.14", [] { return 7u; }), 7u);
  EXPECT_EQ(recent.of("10.10.10.14", never), 7u);
  EXPECT_EQ(recent.of("short", [] { return 1u; }), 1u);
  EXPECT_EQ(recent.of("short", never), 1u);
  EXPECT_EQ(recent.of("", [] { return 5u; }), 5u);
  EXPECT_EQ(recent.of("", [] { return 6u; }), 6u);
  EXPECT_EQ(recent.of(std::string(1'000, 'a'), [] { return 3u; }), 3u);
  EXPECT_EQ(recent.of(std::string(1'000, 'a'), [] { return 4u; }), 4u);
}

}  // namespace
}  // namespace custos::behavior::recent_texts
