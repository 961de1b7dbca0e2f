#include "evaluate/formulas/midas.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include <gtest/gtest.h>

#include "evaluate/made_up_test.h"
#include "evaluate/random.h"

namespace custos::evaluate {
namespace {

// The paper's words, tick by tick and count by count.
class NaiveMidas {
 public:
  explicit NaiveMidas(double decay) : decay_(decay) {}
  double score(std::uint64_t source, std::uint64_t destination, std::uint64_t tick) {
    for (; tick_ < tick; ++tick_) {
      for (auto& [key, a] : current_) a *= decay_;
    }
    double worst = 0;
    for (const Key& key : {Key{0, source, destination}, Key{1, source, 0}, Key{2, destination, 0}}) {
      const double a = ++current_[key], s = ++total_[key], t = static_cast<double>(tick_);
      if (t > 1) worst = std::max(worst, std::pow(a - s / t, 2) * t * t / (s * (t - 1)));
    }
    return worst;
  }

 private:
  using Key = std::tuple<int, std::uint64_t, std::uint64_t>;
  double decay_;
  std::uint64_t tick_ = 1;
  std::map<Key, double> current_, total_;
};

TEST(Midas, WithoutCollisionsItIsTheExactCount) {
  for (const std::uint64_t longest_pause : {1u, 3u, 900u}) {  // the last takes the scale past what a double holds
    Random random(longest_pause);
    Midas midas;
    NaiveMidas twin(0.5);
    std::uint64_t tick = 1;
    for (int i = 0; i < 4'000; ++i) {
      if (random.below(4) == 0) tick += random.below(longest_pause + 1);
      const std::uint64_t source = random.below(7), destination = random.below(9);
      const double expected = twin.score(source, destination, tick);
      ASSERT_NEAR(midas.score(source, destination, tick), expected, 1e-9 * std::max(1.0, expected)) << i;
    }
  }
}

TEST(Midas, CollisionsOnlyAddToCounts) {
  Midas crowded, alone;
  for (std::uint64_t i = 0; i < 200'000; ++i) crowded.score(1'000 + i, 1'000'000 + i, 1);
  // A pair never seen: in an empty sketch it counts once, in a crowded one at least that.
  const double exact = alone.score(1, 2, 2);
  EXPECT_DOUBLE_EQ(exact, midas_score(1, 1, 2));
  EXPECT_NE(crowded.score(1, 2, 2), 0);
}

TEST(Midas, TheFormula) {
  EXPECT_EQ(midas_score(5, 5, 1), 0);
  EXPECT_EQ(midas_score(0, 0, 9), 0);
  EXPECT_DOUBLE_EQ(midas_score(10, 12, 4), 49.0 * 16 / (12 * 3));  // 10 where 3 were to be expected
}

TEST(MidasR, ABurstComesFirst) {
  testing::MadeUp m;
  for (int d = 0; d < 4; ++d) {
    for (int h = 0; h < 24; ++h) {
      for (int n = 0; n < 3; ++n) m.add(d * kDay + h * testing::kHour + n, n == 0 ? "a" : "b", "k", -1, "p", 0, "x");
    }
  }
  for (int n = 0; n < 40; ++n) m.add(3 * kDay + 5 * testing::kHour + 10 + n, "a", "k", -1, "p", 0, "y");
  const auto alarms = testing::alarms_of("midas_r", m.finish());
  const auto worst = std::max_element(alarms.begin(), alarms.end(), [](const Alarm& a, const Alarm& b) { return a.score < b.score; });
  ASSERT_NE(worst, alarms.end());
  EXPECT_EQ(worst->entity, "a k");
  EXPECT_GE(worst->time, 3 * kDay);
}

}  // namespace
}  // namespace custos::evaluate
