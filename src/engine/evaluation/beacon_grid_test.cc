#include "engine/evaluation/beacon_grid.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "base/text.h"

namespace custos::engine::beacons_grid {
namespace {

constexpr Micros kFrom = 20'000 * kDay;

// Times and bytes of a log, read back column by column.
struct Contacts {
  std::vector<Micros> times;
  std::vector<int> sent;
};
Contacts contacts(const Beacon& beacon, int days, std::uint64_t seed = 1) {
  const std::string log = connection_log(beacon, kFrom, kFrom + days * kDay, seed);
  Contacts out;
  for (std::size_t at = 0; at < log.size();) {
    const std::string line = log.substr(at, log.find('\n', at) - at);
    at += line.size() + 1;
    if (line.starts_with('#')) continue;
    out.times.push_back(*parse_epoch(line.substr(0, line.find('\t'))));
    std::size_t column = 0;
    for (int i = 0; i < 9; ++i) column = line.find('\t', column) + 1;
    out.sent.push_back(std::stoi(line.substr(column)));
  }
  return out;
}

Beacon with(std::size_t period, std::size_t jitter, std::size_t duty, std::size_t size) {
  for (const Beacon& b : all_beacons()) {
    if (b.period == period && b.jitter == jitter && b.duty == duty && b.size == size) return b;
  }
  return {};
}

TEST(BeaconGrid, IsTheWholeGridWithPairsOfTheirOwn) {
  const auto all = all_beacons();
  EXPECT_EQ(all.size(), 6u * 6 * 2 * 2);
  std::set<std::string> names, sources, destinations;
  for (const Beacon& b : all) {
    names.insert(b.name());
    sources.insert(b.source());
    destinations.insert(b.destination());
  }
  EXPECT_EQ(names.size(), all.size());
  EXPECT_EQ(sources.size(), all.size());
  EXPECT_EQ(destinations.size(), all.size());
}

TEST(BeaconGrid, TheSeedDecides) {
  const Beacon b = with(1, 2, 0, 1);
  EXPECT_EQ(connection_log(b, kFrom, kFrom + kDay, 5), connection_log(b, kFrom, kFrom + kDay, 5));
  EXPECT_NE(connection_log(b, kFrom, kFrom + kDay, 5), connection_log(b, kFrom, kFrom + kDay, 6));
  EXPECT_NE(contacts(b, 1).times, contacts(with(1, 2, 0, 0), 1).times);
}

TEST(BeaconGrid, GapsKeepPeriodAndJitter) {
  for (std::size_t period = 0; period < kPeriods.size(); ++period) {
    for (std::size_t jitter = 0; jitter < kJitters.size(); ++jitter) {
      const auto c = contacts(with(period, jitter, 0, 0), 6);
      ASSERT_GE(c.times.size(), 15u);
      EXPECT_LT(c.times.front(), kFrom + kPeriods[period].seconds * kSecond);
      EXPECT_LT(c.times.back(), kFrom + 6 * kDay);
      const auto most = static_cast<double>(kPeriods[period].seconds) * kSecond;
      double least_seen = most, sum = 0;
      for (std::size_t i = 1; i < c.times.size(); ++i) {
        const auto gap = static_cast<double>(c.times[i] - c.times[i - 1]);
        EXPECT_LE(gap, most + 1);
        EXPECT_GE(gap, most * (1 - kJitters[jitter] / 100.0) - 1);
        least_seen = std::min(least_seen, gap);
        sum += gap;
      }
      if (period != 0) continue;
      EXPECT_NEAR(sum / static_cast<double>(c.times.size() - 1), most * (1 - kJitters[jitter] / 200.0), most * 0.01);
      EXPECT_EQ(least_seen == most, kJitters[jitter] == 0);
    }
  }
}

TEST(BeaconGrid, WorkHoursAreKept) {
  const auto c = contacts(with(2, 3, 1, 0), 4);
  ASSERT_GT(c.times.size(), 4u * 30);
  std::set<Micros> days;
  for (const Micros t : c.times) {
    const Micros hour = (t % kDay) / (3600 * kSecond);
    EXPECT_GE(hour, kWorkBegin);
    EXPECT_LT(hour, kWorkEnd);
    days.insert(t / kDay);
  }
  EXPECT_EQ(days.size(), 4u);
}

TEST(BeaconGrid, SizesAreConstantOrNot) {
  const auto constant = contacts(with(0, 0, 0, 0), 1), random = contacts(with(0, 0, 0, 1), 1);
  EXPECT_EQ(std::set<int>(constant.sent.begin(), constant.sent.end()), std::set<int>{kConstantSize});
  EXPECT_GT(std::set<int>(random.sent.begin(), random.sent.end()).size(), 500u);
  EXPECT_GE(*std::min_element(random.sent.begin(), random.sent.end()), kLeastSize);
  EXPECT_LE(*std::max_element(random.sent.begin(), random.sent.end()), kMostSize);
}

}  // namespace
}  // namespace custos::engine::beacons_grid
