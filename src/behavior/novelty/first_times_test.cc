#include "behavior/novelty/first_times.h"

#include <gtest/gtest.h>

#include <cmath>

#include "behavior/novelty/model.h"
#include "behavior/sketch/damage_test.h"

namespace custos::behavior::first_times {
namespace {

constexpr std::uint16_t kKind = 3;

TEST(FirstTimes, AreMeasuredByThoseOfTheirDays) {
  FirstTimes f;
  EXPECT_EQ(f.relative(kKind, 2), FirstTimes::kUsual + 2);  // nothing to measure by
  f.add(kKind, 6);
  f.add(kKind, 8);
  f.add(1, 1);
  EXPECT_EQ(f.relative(kKind, 7), FirstTimes::kUsual + 7);  // the window is open yet
  f.close();
  EXPECT_DOUBLE_EQ(f.relative(kKind, 7), FirstTimes::kUsual);
  EXPECT_DOUBLE_EQ(f.relative(kKind, 10), FirstTimes::kUsual + 3);
  EXPECT_EQ(f.relative(kKind, 0), FirstTimes::kLeast);
  EXPECT_DOUBLE_EQ(f.relative(1, 7), FirstTimes::kUsual + 6);
}

TEST(FirstTimes, CountHalfAfterTheirHalfLife) {
  FirstTimes f;
  f.add(kKind, 4);
  f.close();
  for (int w = 1; w < static_cast<int>(FirstTimes::kHalfLife); ++w) f.close();
  f.add(kKind, 10);
  f.close();
  EXPECT_NEAR(f.relative(kKind, 10), FirstTimes::kUsual + 10 - (0.5 * 4 + 10) / 1.5, 1e-9);
}

// What it is for: the same habits, and once a window somebody does something new. The chance by back-off alone falls from week to week.
TEST(FirstTimes, DoNotBecomeOdderAsDaysGoBy) {
  Novelty n(1u << 20);
  FirstTimes f;
  double raw[2] = {}, relative[2] = {};
  for (std::uint32_t day = 0; day < 200; ++day) {
    const Novelty::Choice fresh{1, 9, 1, 1'000 + day / 2};  // new to the actor every other day
    if (n.windows(fresh) == 0) {
      const double s = n.surprise(fresh);
      if (day >= 50) raw[day >= 150] = s, relative[day >= 150] = f.relative(kKind, s);
      f.add(kKind, s);
    }
    for (std::uint64_t k = 0; k < 20; ++k) n.learn({1, 9, 1, k}, day);
    n.learn(fresh, day);
    f.close();
  }
  EXPECT_GT(raw[1], raw[0] + 0.02);
  EXPECT_NEAR(relative[1], relative[0], 0.02);
  EXPECT_NEAR(relative[1], FirstTimes::kUsual, 0.05);
}

TEST(FirstTimes, AreSavedAndRefuseDamage) {
  FirstTimes f;
  f.add(kKind, 6);
  f.add(1, 1.25);
  f.close();
  const std::string bytes = testing::saved(f);
  FirstTimes back;
  Unpacker in(bytes);
  ASSERT_TRUE(back.load(in));
  EXPECT_EQ(testing::saved(back), bytes);
  EXPECT_EQ(back.relative(kKind, 9), f.relative(kKind, 9));
  std::string bad;
  Packer out(bad);
  out.varint(1);
  out.f64(std::nan("")), out.f64(1);
  Unpacker from(bad);
  EXPECT_FALSE(back.load(from));
  EXPECT_EQ(testing::saved(back), bytes);  // as it was
}

}  // namespace
}  // namespace custos::behavior::first_times
