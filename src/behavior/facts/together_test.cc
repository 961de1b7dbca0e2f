#include "behavior/facts/together.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <tuple>

#include "behavior/statistics/random_test.h"

namespace custos::behavior::counting_together {
namespace {

using Common = std::tuple<TextId, TextId, TextId, TextId, TextId, Kind, bool, Micros>;  // with the number of the stretch of time
using Counted = std::tuple<std::uint64_t, double, double, Micros, std::uint64_t>;      // records, sent, received, first time, its offset

Common common(const Fact& f) {
  const Micros stretch = f.kind == Kind::Presence ? 900 : f.kind == Kind::Trace ? 3600 : 600;
  return {f.host, f.user, f.peer, f.object, f.log, f.kind, f.failed, f.time / (stretch * kSecond)};
}

void add(std::map<Common, Counted>& to, const Fact& f) {
  auto& [count, sent, received, time, offset] = to.try_emplace(common(f), 0, 0, 0, f.time, f.offset).first->second;
  count += f.count;
  sent += static_cast<double>(f.sent);
  received += static_cast<double>(f.received);
  if (std::tie(f.time, f.offset) < std::tie(time, offset)) time = f.time, offset = f.offset;
}

Fact any(testing::Draws& d) {
  constexpr std::array kKinds{Kind::Presence, Kind::Trace, Kind::Lookup, Kind::Contact};
  Fact f;
  f.time = static_cast<Micros>(d.next() % 7'200) * kSecond;
  f.offset = d.next() % 1'000'000;
  f.host = static_cast<TextId>(d.next() % 4);
  f.user = static_cast<TextId>(d.next() % 2);
  f.peer = static_cast<TextId>(d.next() % 3);
  f.object = static_cast<TextId>(d.next() % 40);
  f.log = static_cast<TextId>(d.next() % 2);
  f.kind = kKinds[d.next() % kKinds.size()];
  f.failed = d.next() % 2 == 0;
  f.sent = static_cast<float>(d.next() % 8);
  f.received = static_cast<float>(d.next() % 8);
  return f;
}

// Its naive twin is a map by what facts have in common.
TEST(Together, CountsAsAMapDoes) {
  for (const int n : {0, 1, 7, 8, 9, 1'000, 200'000}) {
    testing::Draws d{static_cast<std::uint64_t>(n)};
    Together together;
    std::map<Common, Counted> twin, got;
    std::vector<Fact> out;
    for (int i = 0; i < n; ++i) {
      const Fact f = any(d);
      add(twin, f);
      together.count(f, out);
    }
    together.flush(out);
    for (const Fact& f : out) add(got, f);
    EXPECT_EQ(got, twin) << n;
    out.clear();
    together.flush(out);
    EXPECT_TRUE(out.empty());
  }
}

// As long as there is room, equal facts come out as one, however many lie between.
TEST(Together, EqualFactsAreOneUntilThereIsNoMoreRoom) {
  Together together;
  std::vector<Fact> out;
  Fact f;
  f.time = 0;
  constexpr TextId kDifferent = 16'000;
  for (int turn = 0; turn < 3; ++turn) {
    for (f.object = 0; f.object < kDifferent; ++f.object) together.count(f, out);
  }
  EXPECT_TRUE(out.empty());
  together.flush(out);
  ASSERT_EQ(out.size(), kDifferent);
  for (const Fact& one : out) ASSERT_EQ(one.count, 3u);
}

}  // namespace
}  // namespace custos::behavior::counting_together
