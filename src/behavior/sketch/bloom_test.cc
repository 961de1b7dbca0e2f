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

}  // namespace
}  // namespace bloom_test
}  // namespace custos::behavior
