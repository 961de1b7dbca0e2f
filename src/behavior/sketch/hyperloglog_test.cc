#include "behavior/sketch/hyperloglog.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "behavior/sketch/damage_test.h"

namespace custos::behavior {
namespace hyperloglog_test {
namespace {

using namespace testing;

// Mean square error over many seeds, in shares of the truth.
template <class Sketch>
double error(const Sketch& empty, std::size_t different, int seeds) {
  double sum = 0;
  for (int seed = 1; seed <= seeds; ++seed) {
    Draw draw(static_cast<std::uint64_t>(seed));
    Sketch sketch(empty);
    std::set<std::uint64_t> twin;
    while (twin.size() < different) {
      const std::uint64_t hash = draw.next();
      sketch.add(hash);
      if (draw.below(2)) sketch.add(hash);  // once more changes nothing
      twin.insert(hash);
    }
    const double off = sketch.estimate() / static_cast<double>(twin.size()) - 1;
    sum += off * off;
  }
  return std::sqrt(sum / seeds);
}

TEST(HyperLogLog, TheErrorIsWhatThePaperSays) {
  for (const int p : {4, 6, 8, 10, 12}) {
    const double bound = 1.04 / std::sqrt(std::pow(2, p));
    for (const std::size_t n : {std::size_t{1} << p, std::size_t{5} << (p - 1), std::size_t{5} << p, std::size_t{16} << p}) {
      // The error of an error: 100 seeds know it to some 15 %.
      const double e = error(HyperLogLog(p), n, p > 10 ? 30 : 100);
      EXPECT_LT(e, 1.3 * bound) << p << ' ' << n;
      EXPECT_GT(e, 0.3 * bound) << p << ' ' << n;
    }
  }
}

TEST(HyperLogLog, FewAreCountedBetter) {
  HyperLogLog sketch(12);
  EXPECT_EQ(sketch.estimate(), 0);
  Draw draw(1);
  for (int n = 1; n <= 100; ++n) {
    sketch.add(draw.next());
    EXPECT_NEAR(sketch.estimate(), n, 3) << n;
  }
  // Linear counting has an error of sqrt(m (e^t - t - 1)) / n at t = n / m: 1.1 % at m = 4096 and n = 1000.
  EXPECT_LT(error(HyperLogLog(12), 1000, 50), 0.0145);
}

TEST(HyperLogLog, HashesThatAreNoneAreMixed) {
  HyperLogLog sketch(12);
  for (std::uint64_t i = 0; i < 50'000; ++i) sketch.add(i);
  EXPECT_NEAR(sketch.estimate(), 50'000, 2'500);
}

TEST(HyperLogLog, MergingInAnyOrderIsOnePass) {
  Draw draw(3);
  HyperLogLog whole(8);
  std::vector<HyperLogLog> parts(5, HyperLogLog(8));
  for (int i = 0; i < 5'000; ++i) {
    const std::uint64_t hash = draw.below(3'000);
    whole.add(hash);
    parts[draw.below(5)].add(hash);
  }
  std::vector<int> order{0, 1, 2, 3, 4};
  do {
    HyperLogLog sum(8);
    for (const int i : order) ASSERT_TRUE(sum.merge(parts[static_cast<std::size_t>(i)]));
    ASSERT_EQ(saved(sum), saved(whole));
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_NE(saved(parts[0]), saved(whole));
  EXPECT_FALSE(whole.merge(HyperLogLog(9)));
}

TEST(HyperLogLog, SavingAndDamage) {
  HyperLogLog sketch(6);
  for (std::uint64_t i = 0; i < 300; ++i) sketch.add(i);
  check_saving(sketch, [] { return HyperLogLog(5); }, Form::Sealed, [](HyperLogLog& s) {
    EXPECT_TRUE(std::isfinite(s.estimate()));
    s.add(1);
    return true;
  });
  EXPECT_EQ(HyperLogLog(2).precision(), 4);
  EXPECT_EQ(HyperLogLog(20).precision(), 12);
  EXPECT_EQ(saved(HyperLogLog(12)).size(), 1 + 4096 + 4u);
  EXPECT_GE(HyperLogLog(12).bytes(), 4096u);
}

TEST(HyperLogLog16, TheErrorIsWhatThePaperSays) {
  for (const std::size_t n : {std::size_t{16}, std::size_t{40}, std::size_t{80}, std::size_t{1'000}, std::size_t{20'000}}) {
    const double e = error(HyperLogLog16(), n, n > 1'000 ? 50 : 300);
    EXPECT_LT(e, 1.3 * 0.26) << n;
    EXPECT_GT(e, 0.3 * 0.26) << n;
  }
  HyperLogLog16 sketch;
  EXPECT_EQ(sketch.estimate(), 0);
  EXPECT_TRUE(sketch.empty());
  sketch.add(1);
  EXPECT_FALSE(sketch.empty());
  EXPECT_NEAR(sketch.estimate(), 1, 0.2);
}

TEST(HyperLogLog16, FullRegistersHaveAnEnd) {
  HyperLogLog16 sketch;
  for (std::uint64_t i = 0; i < 3'000'000; ++i) sketch.add(i);
  EXPECT_GT(sketch.estimate(), 300'000);
  EXPECT_LT(sketch.estimate(), 10'000'000);
}

TEST(HyperLogLog16, MergingIsOnePass) {
  Draw draw(4);
  HyperLogLog16 whole, a, b, empty;
  for (int i = 0; i < 500; ++i) {
    const std::uint64_t hash = draw.next();
    whole.add(hash);
    (i % 3 ? a : b).add(hash);
  }
  HyperLogLog16 ab(a), ba(b);
  ab.merge(b);
  ba.merge(a);
  ba.merge(empty);
  EXPECT_EQ(saved(ab), saved(whole));
  EXPECT_EQ(saved(ba), saved(whole));
  EXPECT_NE(saved(a), saved(whole));
  check_saving(whole, [] { return HyperLogLog16(); }, Form::Bare, [](HyperLogLog16& s) {
    EXPECT_TRUE(std::isfinite(s.estimate()));
    s.add(1);
    return true;
  });
}

}  // namespace
}  // namespace hyperloglog_test
}  // namespace custos::behavior
