#include "behavior/detectors/network_drive_test.h"

namespace custos::behavior::beacon {

extern const Detector detector;

namespace beacon_testing {

using namespace behavior::testing;

constexpr int kHosts = 60;

std::string host(int i) { return "ws-" + std::to_string(i); }

// A day of work: sites everybody knows, sites of one's own at human times, and on every third computer something that updates itself every hour or so.
void ordinary(Drive& drive, Draws& draws, int hosts = kHosts) {
  for (int h = 0; h < hosts; ++h) {
    for (int site = 0; site < 3; ++site) {
      double t = 28'800 + 3'600 * draws.uniform();
      const std::string peer = site == 0 ? "everybody.example" : "site-" + std::to_string(h) + "-" + std::to_string(site) + ".example";
      for (int n = draws.poisson(12); n > 0 && t < 72'000; --n) {
        drive.contact(t, host(h), peer, 300 + 4'000 * draws.uniform());
        t += std::exp(6 + 1.5 * draws.normal());
      }
    }
    if (h % 3 == 0) {
      const double loose = 0.02 + 0.015 * h;  // from every hour on the minute to hardly a rhythm
      for (double t = 3'600 * draws.uniform(); t < 86'400; t += 3'600 * std::exp(loose * draws.normal())) {
        drive.contact(t, host(h), "updates-" + std::to_string(h) + ".example", 500);
      }
    }
  }
}

Drive& learned(Drive& drive, Draws& draws, int hosts = kHosts) {
  for (int d = 0; d < 3; ++d) {
    ordinary(drive, draws, hosts);
    drive.close(Phase::Learn);
  }
  for (int d = 0; d < 8; ++d) {
    ordinary(drive, draws, hosts);
    drive.close(Phase::Calibrate);
  }
  return drive;
}

void beacon(Drive& drive, Draws& draws, double& next, double period, double jitter, double from = 0, double to = 86'400) {
  for (next = std::max(next, from); next < to; next += period * (1 - jitter * draws.uniform())) drive.contact(next, "ws-7", "203.0.113.9", 312);
  next = std::max(0.0, next - 86'400);
}

TEST(Beacon, IsFoundOnItsFirstDay) {
  for (const double period : {60.0, 300.0, 900.0, 3'600.0}) {
    for (const double jitter : {0.0, 0.2, 0.5}) {
      Draws draws{3};
      Drive drive(detector);
      learned(drive, draws);
      ordinary(drive, draws);
      double next = 100;
      beacon(drive, draws, next, period, jitter);
      auto told = drive.close(Phase::Judge);
      EXPECT_LE(told["ws-7"].p, 0.01) << period << " s, jitter " << jitter;
      EXPECT_NE(told["ws-7"].why.sentence.find("203.0.113.9"), std::string::npos) << told["ws-7"].why.sentence;
    }
  }
}

TEST(Beacon, IsFoundWhereItIsSlowOrKeepsHours) {
  for (const double period : {14'400.0, 28'800.0}) {
    Draws draws{4};
    Drive drive(detector);
    learned(drive, draws);
    double next = 100, least = 1;
    for (int d = 0; d < 5; ++d) {
      ordinary(drive, draws);
      beacon(drive, draws, next, period, 0.1);
      least = std::min(least, drive.close(Phase::Judge)["ws-7"].p);
    }
    EXPECT_LE(least, 0.01) << period;
  }
  Draws draws{5};
  Drive drive(detector);
  learned(drive, draws);
  double least = 1;
  for (int d = 0; d < 2; ++d) {
    ordinary(drive, draws);
    double next = 0;
    beacon(drive, draws, next, 1'800, 0.2, 28'800, 64'800);
    least = std::min(least, drive.close(Phase::Judge)["ws-7"].p);
  }
  EXPECT_LE(least, 0.01);
}

TEST(Beacon, SaysWhy) {
  Draws draws{6};
  Drive drive(detector);
  learned(drive, draws);
  ordinary(drive, draws);
  for (int i = 0; i < 47; ++i) drive.contact(40'000 + 60 * i + 1.5 * draws.uniform(), "ws-7", "203.0.113.9", 312);
  const Why why = drive.close(Phase::Judge)["ws-7"].why;
  for (const char* part : {"47 connections in 46.0 min every 60.", "below 1e-6", "203.0.113.9", "a destination 1 of ", "312 +/- 0 B out each"}) {
    EXPECT_NE(why.sentence.find(part), std::string::npos) << part << " in " << why.sentence;
  }
  double bars = 0;
  for (const auto& bar : why.chart.bars) bars += bar.second;
  EXPECT_EQ(bars, 46);
  EXPECT_LE(why.chart.bars.size(), 12u);
  ASSERT_FALSE(why.evidence.empty());
  EXPECT_NEAR(static_cast<double>(why.last - why.first) / 1e6, 46 * 60, 3);
}

TEST(Beacon, IsNoneToWhatManyReachOrIsOursOrIsEverybody) {
  Draws draws{7};
  Drive drive(detector);
  learned(drive, draws);
  ordinary(drive, draws);
  for (double t = 0; t < 86'400; t += 60) {
    drive.contact(t, "ws-1", "everybody.example", 312);
    drive.contact(t, "ws-2", "files-01", 312).peer_ours = true;
    drive.contact(t, "ws-3", "239.255.255.250", 312);
    drive.contact(t, "ws-4", "ff02::fb", 312);
  }
  auto told = drive.close(Phase::Judge);
  for (const char* h : {"ws-1", "ws-2", "ws-3", "ws-4"}) EXPECT_GT(told[h].p, 0.02) << h << ": " << told[h].why.sentence;
}

TEST(Beacon, IsNotWeighedAgainWhereNothingCame) {
  Draws draws{8};
  Drive drive(detector);
  learned(drive, draws);
  double next = 100;
  beacon(drive, draws, next, 300, 0.1);
  EXPECT_EQ(drive.close(Phase::Judge).count("ws-7"), 1u);
  drive.contact(50, "ws-8", "everybody.example", 100);
  const auto told = drive.close(Phase::Judge);
  EXPECT_EQ(told.count("ws-7"), 0u);
  EXPECT_EQ(told.at("ws-8").score, 0);
}

TEST(Beacon, OrdinaryDaysKeepThePromise) {
  Draws draws{9};
  Drive drive(detector);
  learned(drive, draws, 120);
  std::map<double, int> below;
  int windows = 0;
  for (int d = 0; d < 40; ++d) {
    ordinary(drive, draws, 120);
    for (const auto& [who, told] : drive.close(Phase::Judge)) {
      ++windows;
      for (const double alpha : {0.5, 1e-1, 1e-2, 1e-3}) below[alpha] += told.p <= alpha;
    }
  }
  ASSERT_GT(windows, 4'000);
  for (const double alpha : {1e-1, 1e-2, 1e-3}) EXPECT_LE(below[alpha], most_by_chance(windows, alpha)) << alpha;
  EXPECT_GT(below[0.5], 0);
}

TEST(Beacon, GoesOnAsItWasSaved) {
  Draws draws{10};
  Drive one(detector), other(detector);
  learned(one, draws);
  ASSERT_TRUE(other.resume(one));
  EXPECT_EQ(other.saved(), one.saved());
  for (int d = 0; d < 2; ++d) {
    Draws same = draws;
    double next = 100, again = 100;
    ordinary(one, draws);
    beacon(one, draws, next, 900, 0.3);
    ordinary(other, same);
    beacon(other, same, again, 900, 0.3);
    EXPECT_EQ(one.close(Phase::Judge), other.close(Phase::Judge));
  }
  EXPECT_EQ(other.saved(), one.saved());
  refuses_a_cut(one, detector);
}

TEST(Beacon, OrderOfEqualTimesMakesNoDifference) {
  std::map<std::string, Told> told[2];
  for (int way = 0; way < 2; ++way) {
    Draws draws{11};
    Drive drive(detector);
    for (int d = 0; d < 4; ++d) {
      for (int i = 0; i < 200; ++i) {
        const double t = 300 * i;
        for (int h = 0; h < 6; ++h) {
          drive.contact(t, host(h), "198.51.100." + std::to_string(h), 100 + h);
          drive.contact(t, host(h), "198.51.100." + std::to_string(h), 100 + 500 * draws.uniform());
        }
      }
      told[way] = drive.close(d < 1 ? Phase::Learn : d < 3 ? Phase::Calibrate : Phase::Judge, way == 1);
    }
  }
  ASSERT_EQ(told[0].size(), 6u);
  EXPECT_EQ(told[0], told[1]);
}

TEST(Beacon, MemoryIsBounded) {
  constexpr std::size_t kMemory = 1u << 20;
  Drive drive(detector, kMemory);
  for (int d = 0; d < 3; ++d) {
    for (int h = 0; h < 40; ++h) {
      for (int p = 0; p < 500; ++p) {
        for (int i = 0; i < 7; ++i) drive.contact(i * 600 + p, host(h), "p" + std::to_string(d) + "-" + std::to_string(h * 500 + p) + ".example", 100);
      }
    }
    drive.close(Phase::Learn);
  }
  stays_within(drive, detector, kMemory);
}

}  // namespace beacon_testing
}  // namespace custos::behavior::beacon
