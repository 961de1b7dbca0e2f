#include "behavior/sketch/bloom.h"

#include <algorithm>
#include <set>
#include <vector>

#include "behavior/sketch/damage_test.h"

namespace custos::behavior {
namespace bloom_test {
namespace {

using namespace testing;

TEST(BlockedBloom, NeverForgets) {
  BlockedBloom filter(1024);
  std::set<std::uint64_t> twin;
  Draw draw(1);
  for (int i = 0; i < 3'000; ++i) {
    const std::uint64_t key = draw.below(2'000);
    const bool was_in = filter.contains(key);
    EXPECT_EQ(filter.insert(key), !was_in);
    if (!twin.insert(key).second) {
      EXPECT_TRUE(was_in);
    }
    EXPECT_TRUE(filter.contains(key));
  }
  for (const std::uint64_t key : twin) EXPECT_TRUE(filter.contains(key));
}

// Rates as the header gives them: bits a thing, most of the rate, least of it.
TEST(BlockedBloom, WrongAsRarelyAsItSays) {
  struct Case {
    double bits, least, most;
  };
  for (const Case c : {Case{8, 0.02, 0.04}, Case{11, 0.004, 0.012}, Case{16, 0.0003, 0.002}}) {
    constexpr std::size_t kBytes = 1 << 16;
    BlockedBloom filter(kBytes);
    const auto n = static_cast<std::uint64_t>(kBytes * 8 / c.bits);
    for (std::uint64_t i = 0; i < n; ++i) filter.insert(i);
    int wrong = 0;
    constexpr int kAsked = 200'000;
    for (std::uint64_t i = 0; i < kAsked; ++i) wrong += filter.contains(i + (1u << 30));
    EXPECT_GT(wrong, c.least * kAsked) << c.bits;
    EXPECT_LT(wrong, c.most * kAsked) << c.bits;
  }
}

TEST(BlockedBloom, FillIsTheShareOfBits) {
  BlockedBloom filter(1 << 14);
  EXPECT_EQ(filter.fill(), 0);
  filter.insert(1);
  EXPECT_EQ(filter.fill(), 8.0 / (8 << 14));
  filter.insert(1);
  EXPECT_EQ(filter.fill(), 8.0 / (8 << 14));
  for (std::uint64_t i = 0; filter.fill() < 0.5; ++i) filter.insert(i);
  int wrong = 0;
  for (std::uint64_t i = 0; i < 100'000; ++i) wrong += filter.contains(i + (1u << 30));
  EXPECT_NEAR(wrong, 700, 450);
  filter.clear();
  EXPECT_EQ(filter.fill(), 0);
  EXPECT_FALSE(filter.contains(1));
}

TEST(BlockedBloom, MergingInAnyOrderIsOnePass) {
  Draw draw(2);
  BlockedBloom whole(4096);
  std::vector<BlockedBloom> parts(4, BlockedBloom(4096));
  for (int i = 0; i < 2'000; ++i) {
    const std::uint64_t key = draw.next();
    whole.insert(key);
    parts[draw.below(4)].insert(key);
  }
  std::vector<int> order{0, 1, 2, 3};
  do {
    BlockedBloom sum(4096);
    for (const int i : order) ASSERT_TRUE(sum.merge(parts[static_cast<std::size_t>(i)]));
    ASSERT_EQ(saved(sum), saved(whole));
    ASSERT_EQ(sum.fill(), whole.fill());
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_NE(saved(parts[0]), saved(whole));
  EXPECT_FALSE(whole.merge(BlockedBloom(2048)));
}

TEST(BlockedBloom, SavingAndDamage) {
  BlockedBloom filter(256);
  for (std::uint64_t i = 0; i < 100; ++i) filter.insert(i);
  const double fill = filter.fill();
  check_saving(filter, [] { return BlockedBloom(64); }, Form::Sealed, [](BlockedBloom& f) {
    f.insert(1'003);
    EXPECT_TRUE(f.contains(1'003));
    EXPECT_LE(f.fill(), 1);
    return true;
  });
  BlockedBloom back(64);
  ASSERT_TRUE(loads(back, saved(filter)));
  EXPECT_EQ(back.fill(), fill);
  EXPECT_EQ(BlockedBloom(0).bytes(), BlockedBloom(127).bytes());
  EXPECT_GE(BlockedBloom(4096).bytes(), 4096u);
}

// Its naive twin is a set; things wrongly taken for old ones are few until it may not grow, and its size follows what is put in.
TEST(GrowingBloom, BeginsSmallAndIsHardlyEverWrong) {
  constexpr std::size_t kMost = 8u << 20;
  GrowingBloom filter(kMost);
  const std::size_t small = filter.bytes();
  EXPECT_LT(small, 70u << 10);
  constexpr std::uint64_t kThings = 1'500'000;
  std::size_t wrong = 0, largest = small;
  for (std::uint64_t i = 0; i < kThings; ++i) {
    wrong += filter.insert(i) ? 0 : 1;
    EXPECT_GE(filter.bytes(), largest);
    largest = filter.bytes();
  }
  EXPECT_GT(largest, kMost / 2);
  EXPECT_LE(largest, kMost + 1024);
  EXPECT_FALSE(filter.full());
  EXPECT_LT(static_cast<double>(wrong), 0.0001 * kThings);
  for (std::uint64_t i = 0; i < kThings; i += 7) ASSERT_TRUE(filter.contains(i) && !filter.insert(i));
  std::size_t strange = 0;
  for (std::uint64_t i = 0; i < 200'000; ++i) strange += filter.contains(i + (1u << 30)) ? 1 : 0;
  EXPECT_LT(strange, 0.0001 * 200'000);
  filter.clear();
  EXPECT_EQ(filter.bytes(), small);
  EXPECT_FALSE(filter.contains(3));
  EXPECT_TRUE(filter.insert(3));
}

TEST(GrowingBloom, KeepsToItsBytesAndSaysWhenItIsFull) {
  for (const std::size_t most : {std::size_t{64}, std::size_t{64} << 10, std::size_t{100} << 10, std::size_t{1} << 20, std::size_t{5} << 20}) {
    GrowingBloom filter(most);
    std::uint64_t things = 0;
    while (!filter.full()) filter.insert(things++);
    EXPECT_LE(filter.bytes(), most + 1024);
    // Most of it is there for use: a single filter of the size is half full with 11.5 bits a thing.
    EXPECT_GT(static_cast<double>(things), 0.8 * static_cast<double>(most) * 8 / 11.5) << most;
  }
}

}  // namespace
}  // namespace bloom_test
}  // namespace custos::behavior
