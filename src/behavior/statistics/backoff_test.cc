#include "behavior/statistics/backoff.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>
#include <vector>

#include "behavior/statistics/random_test.h"

namespace custos::behavior {
namespace backoff_tests {
namespace {

using testing::Draws;

struct Level {
  std::map<int, double> counts;
  Seen of(int d) const {
    Seen seen;
    for (const auto& [where, n] : counts) {
      seen.total += n;
      seen.kinds += 1;
      if (where == d) seen.count = n;
    }
    return seen;
  }
};

TEST(Backoff, SumsToOneOverAllDestinations) {
  Draws draws{1};
  for (int round = 0; round < 200; ++round) {
    const int destinations = 1 + static_cast<int>(draws.next() % 60);
    std::array<Level, 3> levels;
    for (Level& level : levels) {
      const auto visits = draws.next() % 200;  // none, too
      for (std::uint64_t i = 0; i < visits; ++i) level.counts[static_cast<int>(draws.next() % 1'000) % destinations] += 0.5 + draws.uniform();
    }
    double sum = 0;
    for (int d = 0; d < destinations; ++d) {
      const double p = backoff(std::array{levels[0].of(d), levels[1].of(d), levels[2].of(d)}, 1.0 / destinations);
      EXPECT_GT(p, 0);
      sum += p;
    }
    EXPECT_NEAR(sum, 1, 1e-12);
  }
}

TEST(Backoff, IsTheFormula) {
  EXPECT_DOUBLE_EQ(backoff({3, 10, 4}, 0.2), 2.5 / 11 + 3.0 / 11 * 0.2);
  EXPECT_DOUBLE_EQ(backoff({0, 10, 4}, 0.2), 3.0 / 11 * 0.2);
  EXPECT_DOUBLE_EQ(backoff(Seen{}, 0.2), 0.2);  // somebody new is as their peers are
  EXPECT_DOUBLE_EQ(backoff(std::span<const Seen>{}, 0.01), 0.01);
  EXPECT_DOUBLE_EQ(backoff(std::array{Seen{0, 5, 5}, Seen{2, 9, 3}}, 0.1), backoff({0, 5, 5}, backoff({2, 9, 3}, 0.1)));
}

TEST(Backoff, WhatOneWouldExpect) {
  // A stranger to a place is less surprising if peers go there, and if one goes to new places often.
  const Seen peers{40, 100, 6}, no_peer{0, 100, 6};
  EXPECT_LT(surprise(backoff(std::array{Seen{0, 50, 3}, peers}, 1e-3)), surprise(backoff(std::array{Seen{0, 50, 3}, no_peer}, 1e-3)) - 3);
  EXPECT_LT(surprise(backoff({0, 50, 40}, 1e-3)), surprise(backoff({0, 50, 1}, 1e-3)) - 2);
  double before = HUGE_VAL;
  for (int n = 0; n < 40; ++n) {
    const double now = surprise(backoff({static_cast<double>(n), 100, 5}, 1e-3));
    EXPECT_LE(now, before);
    before = now;
  }
}

TEST(Backoff, StaysWithinBounds) {
  EXPECT_GT(backoff({0, 1e15, 0}, 0), 0);
  EXPECT_LE(backoff({50, 10, 90}, 7), 1);  // counts that can't be
  EXPECT_GT(backoff({-1, -1, -1}, 0.3), 0);
  EXPECT_DOUBLE_EQ(surprise(1), 0);
  EXPECT_NEAR(surprise(0), 690.8, 0.1);
  EXPECT_NEAR(surprise(std::exp(-3)), 3, 1e-12);
}

TEST(Backoff, CountsHalve) {
  EXPECT_DOUBLE_EQ(decayed(8, 30), 4);
  EXPECT_DOUBLE_EQ(decayed(8, 90), 1);
  EXPECT_DOUBLE_EQ(decayed(8, 0), 8);
  EXPECT_DOUBLE_EQ(decayed(8, 7, 7), 4);
}

}  // namespace
}  // namespace backoff_tests
}  // namespace custos::behavior
