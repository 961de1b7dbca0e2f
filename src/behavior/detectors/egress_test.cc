#include "behavior/detectors/network_drive_test.h"

namespace custos::behavior::egress {

extern const Detector detector;

namespace egress_testing {

using namespace behavior::testing;

constexpr int kHosts = 50;

std::string host(int i) { return "ws-" + std::to_string(i); }
std::string person(int i) { return "p" + std::to_string(i); }

// Most goes to sites everybody uses; each sends some, in amounts of its own and very unequal ones, to places that few know. A proxy and a sensor see it.
void ordinary(Drive& drive, Draws& draws, int hosts = kHosts) {
  for (int h = 0; h < hosts; ++h) {
    drive.contact(30'000 + h, host(h), "everybody.example", 2e7 * draws.exponential(), person(h), "proxy");
    const double own = 1e6 * (1 + h % 5);
    for (int n = draws.poisson(3); n > 0; --n) {
      const double bytes = own * std::exp(draws.normal()), t = 30'000 + 30'000 * draws.uniform();
      const std::string name = "www.place-" + std::to_string(h) + "-" + std::to_string(draws.poisson(2)) + ".example";
      drive.contact(t, host(h), name, bytes, person(h), "proxy");
      drive.contact(t, host(h), "198.51.100." + std::to_string(h % 250), bytes * 1.04, "", "zeek conn");
    }
  }
}

Drive& learned(Drive& drive, Draws& draws, int hosts = kHosts) {
  for (int d = 0; d < 20; ++d) {
    ordinary(drive, draws, hosts);
    drive.close(Phase::Learn);
  }
  for (int d = 0; d < 10; ++d) {
    ordinary(drive, draws, hosts);
    drive.close(Phase::Calibrate);
  }
  return drive;
}

TEST(Egress, MuchAtOnceIsFound) {
  Draws draws{1};
  Drive drive(detector);
  learned(drive, draws);
  ordinary(drive, draws);
  for (int i = 0; i < 30; ++i) drive.contact(50'000 + i, "ws-7", "up.files.example", 5e7, "p7", "proxy");
  auto told = drive.close(Phase::Judge);
  for (const char* who : {"ws-7", "p7"}) {
    EXPECT_LE(told[who].p, 4e-3) << who << ": " << told[who].why.sentence;
    for (const char* part : {"1.5 GB in 1 day to up.files.example (no other host", "usually ", "peers "}) {
      EXPECT_NE(told[who].why.sentence.find(part), std::string::npos) << part << " in " << told[who].why.sentence;
    }
    EXPECT_GE(told[who].why.evidence.size(), 16u);
    EXPECT_EQ(told[who].why.chart.bars.front(), (std::pair<std::string, double>("up.files.example", 1'500)));
  }
}

TEST(Egress, TwentyMegabytesADayForWeeksAreFound) {
  Draws draws{2};
  Drive drive(detector);
  learned(drive, draws);
  int days = 0;
  std::string said;
  for (int d = 0; d < 21; ++d) {
    ordinary(drive, draws);
    drive.contact(50'000, "ws-5", "drop.example", 2e7, "p5", "proxy");  // usually some 4 MB a day
    const auto told = drive.close(Phase::Judge)["ws-5"];
    days += told.p <= 0.01 ? 1 : 0;
    if (told.p <= 0.01) said = told.why.sentence;
  }
  EXPECT_GE(days, 5);
  EXPECT_NE(said.find("CUSUM"), std::string::npos) << said;
}

TEST(Egress, WhatEverybodyUsesOrIsOursIsNone) {
  Draws draws{3};
  Drive drive(detector);
  learned(drive, draws);
  ordinary(drive, draws);
  drive.contact(50'000, "ws-7", "www.everybody.example", 5e9, "p7", "proxy");
  drive.contact(50'000, "ws-8", "backup-01", 5e9, "p8", "proxy").peer_ours = true;
  auto told = drive.close(Phase::Judge);
  for (const char* who : {"ws-7", "p7", "ws-8", "p8"}) EXPECT_GT(told[who].p, 0.02) << who << ": " << told[who].why.sentence;
}

TEST(Egress, TheSameBytesInTwoLogsCountOnce) {
  Draws draws{4};
  Drive one(detector), two(detector);
  learned(one, draws);
  ASSERT_TRUE(two.resume(one));
  one.contact(50'000, "ws-7", "drop.example", 3e7, "p7", "proxy");
  two.contact(50'000, "ws-7", "drop.example", 3e7, "p7", "proxy");
  two.contact(50'000, "ws-7", "203.0.113.77", 2.9e7, "", "zeek conn");
  const double once = one.close(Phase::Judge)["ws-7"].score, twice = two.close(Phase::Judge)["ws-7"].score;
  EXPECT_GT(once, 0);
  EXPECT_EQ(once, twice);
}

TEST(Egress, WhatWentThroughAProxyIsSentToTheNameAskedOfIt) {
  for (const bool reversed : {false, true}) {
    Draws draws{9};
    Drive drive(detector);
    learned(drive, draws);
    ordinary(drive, draws);
    for (int i = 0; i < 5; ++i) {
      Fact& f = drive.contact(50'000 + 60 * i, "ws-7", "proxy-01", 3e8);
      f.peer_ours = true;
      f.object = drive.text("3128/tcp");
      drive.contact(50'000 + 60 * i + (i > 0 ? 0.02 : 0), "ws-7", "up.files.example", 0, "", "zeek http");
      drive.contact(50'100 + 60 * i, "ws-7", "up.files.example", 0, "p7", "proxy");
      drive.contact(50'000 + 60 * i + 0.02, "ws-7", "other.example", 0, "", "suricata tls");  // another sensor's names are not for its bytes
    }
    auto told = drive.close(Phase::Judge, reversed);
    EXPECT_LE(told["ws-7"].p, 4e-3) << told["ws-7"].why.sentence;
    EXPECT_NE(told["ws-7"].why.sentence.find("1.5 GB in 1 day to up.files.example"), std::string::npos) << told["ws-7"].why.sentence;
    // The first connection was before anybody was seen at the host.
    EXPECT_NE(told["p7"].why.sentence.find("GB in 1 day to up.files.example"), std::string::npos) << told["p7"].why.sentence;
  }
}

TEST(Egress, WhatWasTooOddIsNotLearned) {
  Draws draws{5};
  Drive drive(detector);
  for (int d = 0; d < 120; ++d) {
    ordinary(drive, draws, 120);
    drive.close(d < 20 ? Phase::Learn : Phase::Calibrate);
  }
  const auto day_with_much = [&] {
    ordinary(drive, draws, 120);
    drive.contact(50'000, "ws-7", "drop.example", 5e10, "p7", "proxy");
    return drive.close(Phase::Judge)["ws-7"];
  };
  const Told first = day_with_much();
  ASSERT_LT(first.p, Judge::kTooOdd);
  const Told later = day_with_much();
  // A day of 50 GB would have raised what is usual by half; the sum began anew.
  EXPECT_NEAR(later.score, first.score, 0.2 * first.score);
  EXPECT_LT(later.p, Judge::kTooOdd);
}

TEST(Egress, OrdinaryDaysKeepThePromise) {
  Draws draws{6};
  Drive drive(detector);
  learned(drive, draws, 120);
  std::map<double, int> below;
  int windows = 0;
  for (int d = 0; d < 40; ++d) {
    ordinary(drive, draws, 120);
    for (const auto& [who, told] : drive.close(Phase::Judge)) {
      if (!who.starts_with("ws-")) continue;  // a person's windows are the computer's once more
      ++windows;
      for (const double alpha : {1e-1, 1e-2, 1e-3}) below[alpha] += told.p <= alpha;
    }
  }
  ASSERT_EQ(windows, 4'800);
  for (const double alpha : {1e-1, 1e-2, 1e-3}) EXPECT_LE(below[alpha], most_by_chance(windows, alpha)) << alpha;
  EXPECT_GT(below[1e-2], 0);
}

TEST(Egress, GoesOnAsItWasSaved) {
  Draws draws{7};
  Drive one(detector), other(detector);
  learned(one, draws);
  ASSERT_TRUE(other.resume(one));
  EXPECT_EQ(other.saved(), one.saved());
  for (int d = 0; d < 3; ++d) {
    Draws same = draws;
    ordinary(one, draws);
    ordinary(other, same);
    for (Drive* x : {&one, &other}) x->contact(50'000, "ws-7", "drop.example", 1e8, "p7", "proxy");
    EXPECT_EQ(one.close(Phase::Judge), other.close(Phase::Judge));
  }
  EXPECT_EQ(other.saved(), one.saved());
  refuses_a_cut(one, detector);
}

TEST(Egress, OrderOfEqualTimesMakesNoDifference) {
  std::map<std::string, Told> told[2];
  for (int way = 0; way < 2; ++way) {
    Draws draws{8};
    Drive drive(detector);
    for (int d = 0; d < 8; ++d) {
      for (int h = 0; h < 12; ++h) {
        for (int i = 0; i < 40; ++i) {
          drive.contact(30'000, host(h), std::string(i % 2 ? "a" : "b") + ".place-" + std::to_string(h) + ".example", std::floor(1e6 * draws.exponential()), person(h), "proxy");
        }
      }
      told[way] = drive.close(d < 3 ? Phase::Learn : d < 7 ? Phase::Calibrate : Phase::Judge, way == 1);
    }
  }
  ASSERT_EQ(told[0].size(), 24u);
  EXPECT_EQ(told[0], told[1]);
}

TEST(Egress, MemoryIsBounded) {
  constexpr std::size_t kMemory = 1u << 20;
  Drive drive(detector, kMemory);
  for (int d = 0; d < 3; ++d) {
    for (int h = 0; h < 40; ++h) {
      for (int p = 0; p < 1'000; ++p) drive.contact(p, host(h), "www.p" + std::to_string(d) + "-" + std::to_string(h * 1'000 + p) + ".example", 1'000);
    }
    drive.close(Phase::Learn);
  }
  stays_within(drive, detector, kMemory);
}

}  // namespace egress_testing
}  // namespace custos::behavior::egress
