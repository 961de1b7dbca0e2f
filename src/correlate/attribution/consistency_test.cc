#include "correlate/attribution/consistency.h"

#include <cmath>

#include <gmock/gmock.h>

#include "correlate/attribution/made_up_test.h"

namespace custos::correlate {
namespace {

using made_up::ids;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::vector<Ordinal> first(const std::vector<Ordinal>& list, std::size_t n) { return {list.begin(), list.begin() + static_cast<std::ptrdiff_t>(n)}; }

std::vector<Ordinal> last(const std::vector<Ordinal>& list, std::size_t n) { return {list.end() - static_cast<std::ptrdiff_t>(n), list.end()}; }

TEST(Consistency, AGroupWhoseHabitsWereSeenComesFirstAndIsNamedInFieldsAlone) {
  const AttackFacts f = made_up::many(1);
  const auto c = consistency(f, ids(f, last(f.groups[7].techniques, 14)), {});
  EXPECT_EQ(c.verdict, Verdict::One);
  ASSERT_FALSE(c.groups.empty());
  EXPECT_EQ(c.groups[0].id, "G0007");
  EXPECT_LE(c.groups[0].p_random, 0.01);
  ASSERT_TRUE(c.groups[0].p_stranger);
  EXPECT_LE(*c.groups[0].p_stranger, 0.05);
  EXPECT_EQ(c.groups[0].matches.size(), 14u);
  EXPECT_TRUE(c.groups[0].unexplained.empty());
  EXPECT_GE(c.groups[1].unexplained.size(), 5u);
  EXPECT_EQ(c.groups.size(), 60u);
  EXPECT_TRUE(c.groups[20].matches.empty());  // described are the first ten
  EXPECT_THAT(c.sentence, HasSubstr("consistent with"));
  EXPECT_THAT(c.sentence, HasSubstr("no proof"));
  EXPECT_THAT(c.sentence, Not(HasSubstr("G0007")));
  EXPECT_EQ(c.source, "made up");
  for (std::size_t i = 1; i < c.groups.size(); ++i) EXPECT_GE(c.groups[i].p_random, c.groups[i - 1].p_random);
}

TEST(Consistency, WhatEverybodyDoesTellsNothing) {
  AttackFacts f = made_up::techniques(120);
  Lots lots(3);
  for (int g = 0; g < 40; ++g) {
    std::vector<Ordinal> list{0, 1, 2, 3, 4, 5};
    for (const Ordinal t : made_up::lot(lots, 100, 12)) list.push_back(t + 6);
    made_up::add_group(f, list);
  }
  const auto c = consistency(f, ids(f, {0, 1, 2, 3, 4, 5}), {});
  EXPECT_EQ(c.verdict, Verdict::CannotTell);
  EXPECT_THAT(c.sentence, StartsWith("Cannot tell"));
  EXPECT_GT(c.groups[0].p_random, 0.05);
}

TEST(Consistency, NothingUsableIsSaid) {
  AttackFacts f = made_up::many(1);
  f.techniques[3].tactics = {3};
  f.techniques[3].visible = false;
  const std::vector<std::string> observed{"T0003", "T9999", "T9999", "no id"};
  const auto c = consistency(f, observed, {});
  EXPECT_EQ(c.verdict, Verdict::NothingToGoBy);
  EXPECT_THAT(c.sentence, StartsWith("Cannot tell"));
  EXPECT_EQ(c.invisible, std::vector<std::string>{"T0003"});
  EXPECT_EQ(c.unknown, (std::vector<std::string>{"T9999", "no id"}));
  EXPECT_TRUE(c.groups.empty());
  EXPECT_EQ(consistency(f, {}, {}).verdict, Verdict::NothingToGoBy);
}

TEST(Consistency, TwoGroupsOfOneHabitAreSaidToBeAlikeWithWhatWouldTellThemApart) {
  AttackFacts f = made_up::many(1);
  std::vector<Ordinal> other = f.groups[7].techniques;
  const Ordinal dropped = other.front();
  other.erase(other.begin());
  made_up::add_group(f, other);
  const auto c = consistency(f, ids(f, last(other, 14)), {});
  EXPECT_EQ(c.verdict, Verdict::Several);
  EXPECT_EQ(c.alike, 2u);
  EXPECT_THAT(c.sentence, HasSubstr("Cannot tell which"));
  ASSERT_EQ(c.apart.size(), 1u);
  ASSERT_EQ(c.apart[0].techniques.size(), 1u);
  const Telling& t = c.apart[0].techniques[0];
  EXPECT_EQ(t.technique, f.techniques[dropped].id);
  EXPECT_EQ(t.for_first, c.apart[0].first == "G0007");
  EXPECT_EQ(t.chance_first > t.chance_second, t.for_first);
}

TEST(Consistency, TooFewGroupsToKnowHowStrangersFit) {
  const AttackFacts f = made_up::many(1, 15);
  const auto c = consistency(f, ids(f, last(f.groups[7].techniques, 14)), {});
  EXPECT_EQ(c.verdict, Verdict::CannotTell);
  EXPECT_FALSE(c.groups[0].p_stranger);
  EXPECT_EQ(c.groups[0].id, "G0007");
  EXPECT_THAT(c.sentence, HasSubstr("too few groups"));
}

TEST(Consistency, TheSameSeedGivesTheSame) {
  const AttackFacts f = made_up::many(2);
  const auto observed = ids(f, first(f.groups[9].techniques, 10));
  ConsistencyOptions options;
  const auto a = consistency(f, observed, options), b = consistency(f, observed, options);
  options.seed = 2;
  const auto other = consistency(f, observed, options);
  bool differs = false;
  for (std::size_t i = 0; i < a.groups.size(); ++i) {
    EXPECT_EQ(a.groups[i].id, b.groups[i].id);
    EXPECT_EQ(a.groups[i].p_random, b.groups[i].p_random);
    EXPECT_EQ(a.groups[i].behind, b.groups[i].behind);
    EXPECT_EQ(a.groups[i].score, other.groups[i].score);
    differs = differs || a.groups[i].p_random != other.groups[i].p_random;
  }
  EXPECT_TRUE(differs);
}

TEST(Known, RareTechniquesWeighMoreAndLongListsLess) {
  AttackFacts f = made_up::techniques(60);
  for (int g = 0; g < 30; ++g) made_up::add_group(f, {0, 1});
  made_up::add_group(f, {0, 1, 2});
  std::vector<Ordinal> everything;
  for (Ordinal t = 0; t < 60; ++t) everything.push_back(t);
  made_up::add_group(f, everything);
  const Known known(f, Formula{});
  const Ordinal small = 30, large = 31;
  EXPECT_GT(known.weights(2)[small], known.weights(0)[small]);
  EXPECT_EQ(known.weights(3)[small], 0);
  std::vector<double> scores;
  known.score(std::vector<Ordinal>{0, 2}, scores);
  EXPECT_GT(scores[small], scores[large]);
  Formula uncorrected;
  uncorrected.correction = 0;
  Known(f, uncorrected).score(std::vector<Ordinal>{0, 2}, scores);
  EXPECT_EQ(scores[small], scores[large]);
}

TEST(Known, AFamilyCountsLessThanTheTechniqueAndSoftwareLessThanTheGroup) {
  AttackFacts f = made_up::techniques(6);
  for (Ordinal child = 1; child < 4; ++child) {
    f.techniques[child].id = f.techniques[0].id + ".00" + std::to_string(child);
    f.techniques[child].parent = 0;
  }
  f.software.push_back({"S1", "a tool", "tool", {5}});
  made_up::add_group(f, {0});                // the parent alone
  made_up::add_group(f, {1});                // a child alone
  made_up::add_group(f, {5}, {});            // itself
  made_up::add_group(f, {}, {0});            // by its tool
  for (int g = 0; g < 20; ++g) made_up::add_group(f, {4});
  const Known known(f, Formula{});
  EXPECT_EQ(known.via(1, 0), Via::Family);
  EXPECT_EQ(known.via(0, 1), Via::Family);
  EXPECT_EQ(known.via(2, 1), Via::Nothing);  // a sister is another technique
  EXPECT_EQ(known.via(1, 1), Via::Itself);
  EXPECT_GT(known.weights(1)[1], known.weights(1)[0]);
  EXPECT_GT(known.weights(1)[0], 0);
  EXPECT_EQ(known.via(5, 3), Via::Software);
  EXPECT_GT(known.weights(5)[2], known.weights(5)[3]);
  EXPECT_GT(known.weights(5)[3], 0);
  EXPECT_EQ(known.usable({0, 1, 5, 5}), (std::vector<Ordinal>{1, 5}));  // T0000 says no more than T0000.001
}

TEST(Telling, IsSortedBoundedAndOfWhatIsOpen) {
  const AttackFacts f = made_up::many(4);
  const Known known(f, Formula{});
  const std::vector<Ordinal> observed = known.usable(first(f.groups[1].techniques, 5));
  const auto list = telling(known, observed, 1, 2, 100);
  ASSERT_GT(list.size(), 10u);
  for (std::size_t i = 0; i < list.size(); ++i) {
    EXPECT_GT(list[i].bits, 0);
    EXPECT_LE(list[i].bits, 1);
    EXPECT_LE(list[i].bits, list[i == 0 ? 0 : i - 1].bits);
    for (const Ordinal o : observed) EXPECT_NE(list[i].technique, f.techniques[o].id);
  }
  EXPECT_EQ(telling(known, observed, 1, 2, 3).size(), 3u);
  EXPECT_TRUE(telling(known, observed, 1, 1, 3).empty());
}

TEST(NullSets, KeepTheTacticsAndFollowTheFrequencies) {
  const AttackFacts f = made_up::many(5);
  const Known known(f, Formula{});
  const std::vector<Ordinal> observed{0, 3, 6, 1, 4, 2};  // three of entry, two of discovery, one of exfiltration
  RandomSets sets(known, observed);
  Lots lots(1);
  std::vector<Ordinal> set;
  std::vector<double> times(known.techniques(), 0);
  for (int i = 0; i < 20'000; ++i) {
    sets.draw(lots, set);
    ASSERT_EQ(set.size(), 6u);
    std::vector<int> tactics(3, 0);
    for (const Ordinal t : set) ++tactics[t % 3], times[t] += 1;
    ASSERT_EQ(tactics, (std::vector<int>{3, 2, 1}));
    std::sort(set.begin(), set.end());
    ASSERT_EQ(std::unique(set.begin(), set.end()), set.end());
  }
  double all = 0;  // the one of exfiltration is drawn as often as its base says
  for (Ordinal t = 2; t < known.techniques(); t += 3) all += known.base(t);
  for (const Ordinal t : {Ordinal{2}, Ordinal{5}, Ordinal{200}}) {
    const double expected = 20'000 * known.base(t) / all;
    EXPECT_NEAR(times[t], expected, 5 * std::sqrt(expected)) << t;
  }
}

// p at most a as often as a, for sets that say nothing of anybody; and nearly always for sets of one group's habits.
TEST(NullSets, PValuesKeepTheirPromise) {
  const AttackFacts f = made_up::many(6);
  const Known known(f, Formula{});
  ConsistencyOptions options;
  options.draws = 399;
  options.resamples = 1;
  const std::vector<Ordinal> pattern = first(f.groups[3].techniques, 10);
  RandomSets sets(known, pattern);
  Lots lots(77);
  constexpr int kSets = 600;
  int at_5 = 0, at_50 = 0, informed = 0;
  std::vector<Ordinal> set;
  for (int i = 0; i < kSets; ++i) {
    sets.draw(lots, set);
    options.seed = lots.next();
    const Judgement j = judge(known, set, options);
    const double p = j.p_random(j.ranked.front());
    at_5 += p <= 0.05 ? 1 : 0;
    at_50 += p <= 0.5 ? 1 : 0;
    if (i < 60) {
      const Judgement habit = judge(known, last(f.groups[static_cast<std::size_t>(i)].techniques, 10), options);
      informed += habit.p_random(habit.ranked.front()) <= 0.05 ? 1 : 0;
    }
  }
  EXPECT_NEAR(at_5, kSets * 0.05, 4 * std::sqrt(kSets * 0.05 * 0.95));
  EXPECT_NEAR(at_50, kSets * 0.5, 4 * std::sqrt(kSets * 0.25));
  EXPECT_GT(informed, 50);
}

// An actor who is not in the facts, but works as groups do.
TEST(NullSets, StrangersAreRarelyTakenForSomebody) {
  int named = 0, tried = 0;
  Lots lots(5);
  for (std::uint64_t seed = 100; seed < 104; ++seed) {
    const AttackFacts f = made_up::many(seed);
    for (Ordinal g = 0; g < 40; ++g, ++tried) {
      Withheld unknown;
      unknown.groups = {g};
      const Known known(f, Formula{}, unknown);
      ConsistencyOptions options;
      options.draws = 199;
      options.resamples = 1;
      options.seed = lots.next();
      std::vector<Ordinal> list = f.groups[g].techniques;
      for (std::size_t k = 0; k < 10; ++k) std::swap(list[k], list[k + lots.below(list.size() - k)]);
      const Judgement j = judge(known, first(list, 10), options);
      named += *j.p_stranger(j.ranked.front()) <= 0.05 ? 1 : 0;
    }
  }
  EXPECT_NEAR(named, tried * 0.05, 4 * std::sqrt(tried * 0.05 * 0.95));
}

}  // namespace
}  // namespace custos::correlate
