#include "behavior/sketch/count_min.h"

#include <cmath>
#include <map>
#include <vector>

#include "behavior/sketch/damage_test.h"

namespace custos::behavior {
namespace count_min_test {
namespace {

using namespace testing;
using Twin = std::map<std::uint64_t, std::uint64_t>;

// Few keys often, most once or twice.
std::uint64_t skewed(Draw& draw, double keys) { return static_cast<std::uint64_t>(std::pow(keys, draw.uniform())); }

void fill(CountMin& sketch, Twin& twin, int n, std::uint64_t seed) {
  Draw draw(seed);
  for (int i = 0; i < n; ++i) {
    const std::uint64_t key = skewed(draw, 50'000);
    const auto times = static_cast<std::uint32_t>(1 + draw.below(3));
    sketch.add(key, times);
    twin[key] += times;
  }
}

void expect_bounds(const CountMin& sketch, const Twin& twin, double most_share) {
  const double slack = std::exp(1.0) * static_cast<double>(sketch.total()) / static_cast<double>(sketch.width());
  int beyond = 0;
  for (const auto& [key, n] : twin) {
    ASSERT_GE(sketch.count(key), n);
    beyond += static_cast<double>(sketch.count(key)) > static_cast<double>(n) + slack;
  }
  EXPECT_LE(beyond, most_share * static_cast<double>(twin.size()));
}

TEST(CountMin, NeverTooLowAndRarelyFarTooHigh) {
  for (const std::size_t width : {std::size_t{64}, std::size_t{512}, std::size_t{4096}}) {
    CountMin sketch(width);
    Twin twin;
    fill(sketch, twin, 40'000, width);
    expect_bounds(sketch, twin, std::exp(-4.0));
    std::uint64_t sum = 0;
    for (const auto& [key, n] : twin) sum += n;
    EXPECT_EQ(sketch.total(), sum);
  }
}

TEST(CountMin, IsExactWhileThereIsRoom) {
  CountMin sketch(1 << 16);
  Twin twin;
  Draw draw(5);
  for (int i = 0; i < 5'000; ++i) {
    const std::uint64_t key = draw.below(1'000);
    EXPECT_EQ(sketch.add(key), ++twin[key]);
  }
  EXPECT_EQ(sketch.count(12'345), 0u);
}

// What raises every counter instead of the lowest: the sketch as first published.
TEST(CountMin, ConservativeUpdateIsTighter) {
  CountMin sketch(256);
  Twin twin;
  fill(sketch, twin, 20'000, 9);
  double off = 0;
  for (const auto& [key, n] : twin) off += static_cast<double>(sketch.count(key) - n);
  // Without it, every key would carry about the mean of a column at the least of four rows; half of that is out of its reach.
  EXPECT_LT(off / static_cast<double>(twin.size()), 0.5 * static_cast<double>(sketch.total()) / static_cast<double>(sketch.width()));
}

TEST(CountMin, HalvesAreNeverTooLowEither) {
  CountMin sketch(512);
  Twin twin;
  for (std::uint64_t day = 0; day < 4; ++day) {
    fill(sketch, twin, 10'000, day + 20);
    expect_bounds(sketch, twin, 0.03);
    const std::uint64_t total = sketch.total();
    sketch.halve();
    EXPECT_EQ(sketch.total(), total / 2);
    for (auto& [key, n] : twin) n /= 2;
  }
  expect_bounds(sketch, twin, 0.03);
}

TEST(CountMin, MergesKeepTheBounds) {
  CountMin a(1024), b(1024);
  Twin twin;
  fill(a, twin, 20'000, 30);
  fill(b, twin, 20'000, 31);
  CountMin ab(a), ba(b);
  ASSERT_TRUE(ab.merge(b));
  ASSERT_TRUE(ba.merge(a));
  EXPECT_EQ(saved(ab), saved(ba));
  EXPECT_EQ(ab.total(), a.total() + b.total());
  expect_bounds(ab, twin, std::exp(-4.0));
  EXPECT_FALSE(ab.merge(CountMin(512)));
}

TEST(CountMin, CountersStop) {
  CountMin sketch(16), other(16);
  sketch.add(1, 0xFFFFFFF0u);
  EXPECT_EQ(sketch.add(1, 0x20), 0xFFFFFFFFu);
  ASSERT_TRUE(other.merge(sketch));
  ASSERT_TRUE(other.merge(sketch));
  EXPECT_EQ(other.count(1), 0xFFFFFFFFu);
  EXPECT_EQ(sketch.total(), 0x100000010u);
}

TEST(CountMin, SavingAndDamage) {
  CountMin sketch(32);
  Twin twin;
  fill(sketch, twin, 300, 40);
  check_saving(sketch, [] { return CountMin(64); }, Form::Sealed, [](CountMin& s) {
    EXPECT_LE(s.count(7), s.total());
    EXPECT_GE(s.add(7), 1u);
    return true;
  });
  EXPECT_EQ(CountMin(0).width(), 16u);
  EXPECT_EQ(CountMin(1000).width(), 1024u);
  EXPECT_GE(CountMin(1024).bytes(), 16384u);
}

}  // namespace
}  // namespace count_min_test
}  // namespace custos::behavior
