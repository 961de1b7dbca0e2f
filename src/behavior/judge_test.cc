#include "behavior/judge.h"

#include <gtest/gtest.h>

#include "behavior/statistics/random_test.h"

namespace custos::behavior::judging {
namespace {

struct Judged : ::testing::Test {
  Institution known{.hosts = {{.name = "srv", .roles = {"web"}}}};
  Dictionary texts;
  Roster roster{known, texts};
  ActorId a = roster.host(texts.intern("a")), server = roster.host(texts.intern("srv"));
  Judge judge;
  int asked = 0;

  double one(ActorId who, double score) {
    return judge.score(who, roster, score, [&](Why& w) { ++asked, w.sentence = "s", w.evidence.resize(100); });
  }
  void calibrate(int n, ActorId who, double add = 0) {
    judge.begin(3, Phase::Calibrate);
    for (int i = 0; i < n; ++i) one(who, i + add);
    judge.end();
    judge.take();
  }
};

TEST_F(Judged, WithoutCalibrationThereIsNoP) {
  for (const Phase phase : {Phase::Learn, Phase::Judge}) {
    judge.begin(3, phase);
    EXPECT_EQ(one(a, 1e9), 1);
    judge.end();
    EXPECT_EQ(judge.take().at(0).p, 1);
  }
  EXPECT_EQ(asked, 0);
  EXPECT_TRUE(judge.strata().empty());
}

TEST_F(Judged, PIsTheShareOfScoresAtLeastAsGreat) {
  calibrate(999, a);
  judge.begin(3, Phase::Judge);
  EXPECT_DOUBLE_EQ(one(a, 989.0), 11 / 1000.0);  // itself and ten greater
  EXPECT_EQ(asked, 1);
  judge.end();
  // Another detector was not calibrated by this one.
  judge.begin(4, Phase::Judge);
  EXPECT_EQ(one(a, 1e9), 1);
  judge.end();
}

TEST_F(Judged, ARoleOfWhichLittleIsKnownIsComparedWithEverybody) {
  calibrate(1000, a);
  calibrate(Judge::kEnough - 1, server, 1e6);
  judge.begin(3, Phase::Judge);
  EXPECT_GT(one(server, 999'999), 0.15);  // 199 of 1,199 are greater
  judge.end();
  calibrate(1, server, 5);
  judge.begin(3, Phase::Judge);
  EXPECT_GT(one(server, 999'999), 0.9);   // of its own, nearly all are
  EXPECT_LT(one(a, 999'999), 0.01);
  judge.end();
}

TEST_F(Judged, TheLeastOfManyUnitsIsMultipliedByTheirNumber) {
  calibrate(999, a);
  judge.begin(3, Phase::Judge);
  const double p = one(a, 985);
  for (int i = 0; i < 9; ++i) one(a, 1);
  judge.end();
  const auto v = judge.take();
  ASSERT_EQ(v.size(), 1u);
  EXPECT_EQ(v[0].units, 10u);
  EXPECT_DOUBLE_EQ(v[0].p, 10 * p);
  EXPECT_EQ(v[0].score, 985);
  EXPECT_TRUE(judge.take().empty());
}

TEST_F(Judged, OnlyNewsIsExplainedAndEvidenceHasAnEnd) {
  calibrate(999, a);
  judge.begin(3, Phase::Judge);
  one(a, 900);
  EXPECT_EQ(asked, 0);
  one(a, 995);
  one(a, 994);
  EXPECT_EQ(asked, 1);  // what is less odd than another unit is not asked for
  judge.end();
  EXPECT_EQ(judge.take().at(0).why->evidence.size(), Judge::kMostEvidence);
}

TEST_F(Judged, WhatIsKnownNeedsNoHistory) {
  judge.begin(3, Phase::Learn);
  judge.known(a, 1e-3, [&](Why& w) { ++asked, w.evidence.resize(100); });
  judge.known(server, 0.5, [&](Why&) { ++asked; });
  judge.end();
  const auto v = judge.take();
  ASSERT_EQ(v.size(), 2u);
  EXPECT_TRUE(v[0].known);
  EXPECT_DOUBLE_EQ(v[0].p, 1e-3);
  EXPECT_EQ(v[0].why->evidence.size(), Judge::kMostEvidence);
  EXPECT_EQ(asked, 1);
}

TEST_F(Judged, OnlyWhatIsBeyondTheLineIsUrgent) {
  testing::Draws d{1};
  judge.begin(3, Phase::Calibrate);
  for (int i = 0; i < 20'000; ++i) one(a, d.exponential());
  judge.end();
  judge.take();
  const auto urgent = [&](double score, std::uint32_t units) { judge.urgent(3, a, roster, score, units, [&](Why& w) { w.sentence = "now"; }); };
  urgent(1e9, 1);
  EXPECT_TRUE(judge.urgents().empty());  // nothing is urgent yet
  judge.set_urgent(1e-3);
  urgent(5, 1);  // exp(-5) is 7e-3
  EXPECT_TRUE(judge.urgents().empty());
  urgent(9, 100);  // 1e-4, of a hundred
  EXPECT_TRUE(judge.urgents().empty());
  urgent(9, 1);
  ASSERT_EQ(judge.urgents().size(), 1u);
  EXPECT_LE(judge.urgents()[0].p, 1e-3);
  EXPECT_EQ(judge.urgents()[0].detector, 3);
  EXPECT_EQ(judge.urgents()[0].why->sentence, "now");
}

}  // namespace
}  // namespace custos::behavior::judging
