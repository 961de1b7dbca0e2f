#include "behavior/facts/fact_log.h"

#include <gtest/gtest.h>

#include <tuple>

#include "behavior/statistics/random_test.h"

namespace custos::behavior::fact_logging {
namespace {

using Told = std::tuple<Micros, std::uint32_t, std::uint64_t, Kind, std::string, std::string>;

std::vector<Fact> made(int n, Dictionary& texts, int part, int parts, std::uint64_t order) {
  std::vector<Fact> out;
  for (int i = part; i < n; i += parts) {
    testing::Draws d{static_cast<std::uint64_t>(i) * 977};
    Fact f;
    f.time = static_cast<Micros>(d.next() % 500);
    if (d.next() % 2 == 0) f.time *= 37 * kDay;  // of more than one digit
    f.source = static_cast<std::uint32_t>(d.next() % 3);
    f.offset = static_cast<std::uint64_t>(i);
    f.kind = static_cast<Kind>(d.next() % 9);
    f.host = texts.intern("host " + std::to_string(d.next() % 90));
    f.object = texts.intern("object " + std::to_string(d.next() % 90));
    out.push_back(f);
  }
  testing::Draws d{order};
  for (std::size_t i = out.size(); i > 1; --i) std::swap(out[i - 1], out[d.next() % i]);
  return out;
}

std::vector<Told> merged(int n, int parts, std::uint64_t order, std::size_t memory, bool twice = false) {
  std::vector<std::unique_ptr<FactLog>> logs;
  std::vector<FactLog*> all;
  for (int part = 0; part < parts; ++part) {
    logs.push_back(std::make_unique<FactLog>(FactLogOptions{.memory_bytes = memory, .read_facts = 7, .folder = ::testing::TempDir()}));
    all.push_back(logs.back().get());
    logs.back()->texts().intern("only in " + std::to_string(part));
    for (const Fact& f : made(n, logs.back()->texts(), part, parts, order)) {
      std::vector<Fact> one{f};
      EXPECT_TRUE(logs.back()->add(one));
      EXPECT_TRUE(one.empty());
    }
  }
  Dictionary texts;
  texts.intern("something else");
  std::vector<Told> out;
  const auto take = [&](const Fact& f) { out.emplace_back(f.time, f.source, f.offset, f.kind, texts.text(f.host), texts.text(f.object)); };
  EXPECT_TRUE(FactLog::merge(all, texts, take));
  if (twice) {
    out.clear();
    EXPECT_TRUE(FactLog::merge(all, texts, take));
    EXPECT_TRUE(out.empty()) << out.size();
    for (const Fact& f : made(50, all[0]->texts(), 0, 1, 1)) {
      std::vector<Fact> one{f};
      EXPECT_TRUE(all[0]->add(one));
    }
    EXPECT_TRUE(FactLog::merge(all, texts, take));
  }
  return out;
}

constexpr std::size_t kLarge = 1u << 20, kSmall = 20 * sizeof(Fact);

TEST(FactLog, OrderIsThatOfTimeWhateverTheWayOfTheFacts) {
  const auto once = merged(1000, 1, 1, kLarge);
  ASSERT_EQ(once.size(), 1000u);
  for (std::size_t i = 1; i < once.size(); ++i) {
    const auto key = [&](std::size_t k) { return std::tuple(std::get<0>(once[k]), std::get<1>(once[k]), std::get<2>(once[k]), std::get<3>(once[k])); };
    ASSERT_LE(key(i - 1), key(i));
  }
  EXPECT_EQ(merged(1000, 1, 2, kLarge), once);
  EXPECT_EQ(merged(1000, 1, 3, kSmall), once);
  EXPECT_EQ(merged(1000, 3, 4, kLarge), once);
  EXPECT_EQ(merged(1000, 3, 5, kSmall), once);
}

TEST(FactLog, IsEmptyAfterwardsAndCanBeFilledAgain) {
  const auto fresh = merged(50, 1, 1, kSmall);
  EXPECT_EQ(merged(1000, 2, 1, kSmall, true), fresh);
  EXPECT_EQ(merged(1000, 2, 1, kLarge, true), fresh);
}

TEST(FactLog, KnowsTheFirstAndTheLastTime) {
  FactLog log;
  EXPECT_EQ(log.first(), kNoTime);
  std::vector<Fact> facts(3);
  facts[0].time = 5, facts[1].time = -2, facts[2].time = 9;
  ASSERT_TRUE(log.add(facts));
  EXPECT_EQ(log.first(), -2);
  EXPECT_EQ(log.last(), 9);
  EXPECT_EQ(log.added(), 3u);
}

TEST(FactLog, AFolderThatCannotBeWrittenToIsAnError) {
  FactLog log({.memory_bytes = sizeof(Fact), .folder = "/nowhere/at/all"});
  std::vector<Fact> facts(3);
  const auto added = log.add(facts);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, Code::Unreadable);
  EXPECT_EQ(added.error().where, "/nowhere/at/all");
}

}  // namespace
}  // namespace custos::behavior::fact_logging
