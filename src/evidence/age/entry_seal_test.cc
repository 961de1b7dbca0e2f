#include "evidence/age/entry_seal.h"

#include <gtest/gtest.h>

#include <map>

#include "base/crypto/sha256.h"

namespace custos::evidence {
namespace {

const std::string kEpochKey(32, 'k'), kOtherEpochKey(32, 'l');
constexpr const char* kEntryOrigin = "example.com/log";
constexpr const char* kSomeEntry = R"({"kind":"scan","salt":"00"})";

}  // namespace

TEST(EntrySeal, LiesAsTheFormatSays) {
  const auto stored = seal_entry(kSomeEntry, kEpochKey, 0x01020304, 77, kEntryOrigin);
  ASSERT_TRUE(stored) << stored.error().text;
  EXPECT_EQ(stored->size(), std::string(kSomeEntry).size() + kEntrySealSize);
  EXPECT_EQ(to_hex(stored->substr(0, 5)), "0104030201");
  EXPECT_TRUE(is_sealed_entry(*stored));
  EXPECT_FALSE(is_sealed_entry(kSomeEntry));
  EXPECT_EQ(*epoch_of(*stored), 0x01020304u);
  const auto entry = open_entry(*stored, kEpochKey, 77, kEntryOrigin);
  ASSERT_TRUE(entry) << entry.error().text;
  EXPECT_EQ(*entry, kSomeEntry);
}

// Made by a program of its own, in another language, that holds RFC 8439's example.
TEST(EntrySeal, IsWhatOthersMakeOfTheFormat) {
  const std::string expected = "010403020161ffadc7e854e1ffdb698725ee17c7213fa7e727b642e06ac3dd7ea22eb88df0867d3218cc927ff920c641";
  EXPECT_EQ(to_hex(seal_entry(kSomeEntry, kEpochKey, 0x01020304, 77, kEntryOrigin).value_or("")), expected);
}

TEST(EntrySeal, IsBoundToIndexEpochAndOrigin) {
  const auto stored = seal_entry(kSomeEntry, kEpochKey, 5, 77, kEntryOrigin);
  ASSERT_TRUE(stored);
  for (int bit = 0; bit < 64; ++bit) EXPECT_FALSE(open_entry(*stored, kEpochKey, 77 ^ std::uint64_t{1} << bit, kEntryOrigin)) << bit;
  EXPECT_FALSE(open_entry(*stored, kOtherEpochKey, 77, kEntryOrigin));
  for (const char* origin : {"", "example.com/lo", "example.com/log ", "example.com/loh"}) EXPECT_FALSE(open_entry(*stored, kEpochKey, 77, origin)) << origin;
  EXPECT_EQ(open_entry(*stored, kEpochKey, 78, kEntryOrigin).error().code, Code::Malformed);
}

// As a reader does it: the epoch says which key.
TEST(EntrySeal, EveryFlippedBitAndEveryTruncationIsRefused) {
  const std::map<std::uint32_t, std::string> keys{{5, kEpochKey}, {4, kOtherEpochKey}};
  const auto open = [&](std::string_view stored) {
    const auto epoch = epoch_of(stored);
    const auto key = epoch ? keys.find(*epoch) : keys.end();
    return key != keys.end() && open_entry(stored, key->second, 77, kEntryOrigin).has_value();
  };
  const auto stored = seal_entry(kSomeEntry, kEpochKey, 5, 77, kEntryOrigin);
  ASSERT_TRUE(stored);
  EXPECT_TRUE(open(*stored));
  for (std::size_t i = 0; i < stored->size(); ++i) {
    EXPECT_FALSE(open(stored->substr(0, i))) << i;
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = *stored;
      bad[i] = static_cast<char>(bad[i] ^ 1 << bit);
      EXPECT_FALSE(open(bad)) << i << " " << bit;
    }
  }
  EXPECT_FALSE(open(*stored + "x"));
}

TEST(EntrySeal, RefusesWhatHasNoRoomAndKeysOfOtherSizes) {
  const std::string most(kMostStoredEntry - kEntrySealSize, 'x');
  const auto stored = seal_entry(most, kEpochKey, 1, 0, kEntryOrigin);
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->size(), kMostStoredEntry);
  EXPECT_EQ(open_entry(*stored, kEpochKey, 0, kEntryOrigin).value_or(""), most);
  EXPECT_EQ(seal_entry(most + "x", kEpochKey, 1, 0, kEntryOrigin).error().code, Code::Limit);
  EXPECT_FALSE(epoch_of(*stored + "x"));
  for (const std::size_t size : {0u, 31u, 33u}) {
    EXPECT_EQ(seal_entry("{}", std::string(size, 'k'), 1, 0, kEntryOrigin).error().code, Code::Usage);
    EXPECT_EQ(open_entry(*stored, std::string(size, 'k'), 0, kEntryOrigin).error().code, Code::Usage);
  }
  EXPECT_EQ(open_entry(*seal_entry("", kEpochKey, 1, 3, ""), kEpochKey, 3, "").value_or("x"), "");
}

}  // namespace custos::evidence
