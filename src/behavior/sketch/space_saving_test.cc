#include "behavior/sketch/space_saving.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "behavior/sketch/damage_test.h"

namespace custos::behavior {
namespace space_saving_test {
namespace {

using namespace testing;
using Twin = std::map<std::uint64_t, std::uint64_t>;

void fill(SpaceSaving& sketch, Twin& twin, int n, std::uint64_t seed, double keys = 20'000) {
  Draw draw(seed);
  for (int i = 0; i < n; ++i) {
    const auto key = static_cast<std::uint64_t>(std::pow(keys, draw.uniform()));
    const std::uint64_t weight = 1 + draw.below(4);
    sketch.add(key, weight);
    twin[key] += weight;
  }
}

void expect_bounds(const SpaceSaving& sketch, const Twin& twin) {
  std::uint64_t total = 0;
  for (const auto& [key, n] : twin) total += n;
  EXPECT_EQ(sketch.total(), total);
  const std::uint64_t share = total / sketch.keys();
  for (const auto& [key, n] : twin) {
    const SpaceSaving::Counted c = sketch.of(key);
    ASSERT_GE(c.count, n) << key;
    ASSERT_LE(c.count - c.error, n) << key;
    ASSERT_LE(c.error, share) << key;
    if (n > share) {
      ASSERT_TRUE(sketch.has(key)) << key;
    }
  }
  std::uint64_t held = 0;
  for (const auto& c : sketch.top(sketch.keys())) held += c.count;
  EXPECT_LE(held, total);
}

TEST(SpaceSaving, BoundsHold) {
  for (const std::size_t keys : {1u, 2u, 7u, 50u, 400u}) {
    SpaceSaving sketch(keys);
    Twin twin;
    fill(sketch, twin, 20'000, keys);
    EXPECT_EQ(sketch.size(), keys);
    expect_bounds(sketch, twin);
  }
}

// The sketch in the paper's words, searching the lightest key among all.
TEST(SpaceSaving, TheHeapDoesWhatASearchDoes) {
  SpaceSaving sketch(20);
  std::map<std::uint64_t, SpaceSaving::Counted> naive;
  Draw draw(11);
  for (int i = 0; i < 5'000; ++i) {
    const std::uint64_t key = draw.below(1 + draw.below(200)), weight = 1 + draw.below(2);
    sketch.add(key, weight);
    if (!naive.count(key)) {
      std::uint64_t error = 0;
      if (naive.size() == 20) {
        const auto lightest = std::min_element(naive.begin(), naive.end(), [](const auto& a, const auto& b) {
          return a.second.count != b.second.count ? a.second.count < b.second.count : a.first > b.first;
        });
        error = lightest->second.count;
        naive.erase(lightest);
      }
      naive[key] = {key, error, error};
    }
    naive[key].count += weight;
    ASSERT_EQ(sketch.size(), naive.size());
    ASSERT_EQ(sketch.of(key), naive[key]);
  }
  for (const auto& [key, c] : naive) EXPECT_EQ(sketch.of(key), c);
}

TEST(SpaceSaving, IsExactWhileThereIsRoom) {
  SpaceSaving sketch(100);
  Twin twin;
  fill(sketch, twin, 5'000, 3, 100);
  for (const auto& [key, n] : twin) EXPECT_EQ(sketch.of(key), (SpaceSaving::Counted{key, n, 0}));
  EXPECT_EQ(sketch.of(12'345), (SpaceSaving::Counted{12'345, 0, 0}));
}

TEST(SpaceSaving, TheTopIsInOrder) {
  SpaceSaving sketch(10);
  for (const std::uint64_t key : {9u, 3u, 7u, 5u}) sketch.add(key, key == 7 ? 20 : 4);
  const auto top = sketch.top(3);
  ASSERT_EQ(top.size(), 3u);
  EXPECT_EQ(top[0].key, 7u);
  EXPECT_EQ(top[1].key, 3u);
  EXPECT_EQ(top[2].key, 5u);
  EXPECT_EQ(sketch.top(99).size(), 4u);
}

TEST(SpaceSaving, BoundsHoldThroughMergesInAnyOrder) {
  for (const std::size_t keys : {1u, 5u, 60u, 3'000u}) {
    std::vector<SpaceSaving> parts(4, SpaceSaving(keys));
    Twin twin;
    for (std::size_t i = 0; i < parts.size(); ++i) fill(parts[i], twin, static_cast<int>(2'000 * (i + 1)), i + 50, i == 0 ? 20 : 20'000);
    std::vector<int> order{0, 1, 2, 3};
    do {
      SpaceSaving sum(keys);
      for (const int i : order) ASSERT_TRUE(sum.merge(parts[static_cast<std::size_t>(i)]));
      expect_bounds(sum, twin);
      // And it can go on.
      Twin more(twin);
      fill(sum, more, 1'000, 99);
      expect_bounds(sum, more);
    } while (std::next_permutation(order.begin(), order.end()));
    SpaceSaving ab(parts[1]), ba(parts[2]);
    ASSERT_TRUE(ab.merge(parts[2]));
    ASSERT_TRUE(ba.merge(parts[1]));
    EXPECT_EQ(saved(ab), saved(ba));
  }
  SpaceSaving sketch(5);
  EXPECT_FALSE(sketch.merge(SpaceSaving(6)));
}

TEST(SpaceSaving, ALoadedOneGoesOnAsTheSavedOneWould) {
  SpaceSaving sketch(30), back(1);
  Twin twin;
  fill(sketch, twin, 3'000, 70);
  ASSERT_TRUE(loads(back, saved(sketch)));
  fill(sketch, twin, 3'000, 71);
  fill(back, twin, 3'000, 71);
  EXPECT_EQ(saved(back), saved(sketch));
}

TEST(SpaceSaving, SavingAndDamage) {
  SpaceSaving sketch(12);
  Twin twin;
  fill(sketch, twin, 500, 80, 100);
  check_saving(sketch, [] { return SpaceSaving(5); }, Form::Sealed, [](SpaceSaving& s) {
    EXPECT_LE(s.top(3).size(), 3u);
    s.add(123'456'789, 3);
    EXPECT_TRUE(s.has(123'456'789));
    return true;
  });
  EXPECT_LT(sketch.bytes(), sizeof sketch + 12 * 100);
  EXPECT_EQ(SpaceSaving(0).keys(), 1u);
}

TEST(SpaceSaving, AKeyThatIsThereTwiceIsRefused) {
  const auto forge = [](std::uint64_t second) {
    std::string s;
    Packer out(s);
    for (const std::uint64_t v : {5u, 20u, 2u}) out.varint(v);
    for (const std::uint64_t key : {std::uint64_t{7}, second}) {
      out.u64(key);
      out.varint(key == 7 && s.size() < 12 ? 9 : 8);
      out.varint(0);
    }
    out.seal(0);
    return s;
  };
  SpaceSaving sketch(5);
  EXPECT_FALSE(loads(sketch, forge(7)));
  EXPECT_TRUE(loads(sketch, forge(8)));
}

}  // namespace
}  // namespace space_saving_test
}  // namespace custos::behavior
