#include "correlate/attribution/hold_out.h"

#include "correlate/attribution/made_up_test.h"

namespace custos::correlate {
namespace {

AttackCampaign campaign(std::size_t n, std::vector<Ordinal> techniques, std::vector<Ordinal> groups, std::vector<Ordinal> software = {}) {
  return {made_up::id("C", n), "a campaign", "", "", std::move(techniques), std::move(software), std::move(groups)};
}

const RankFigures& method(const LeakFigures& f, std::string_view name) {
  const auto at = std::find_if(f.methods.begin(), f.methods.end(), [&](const RankFigures& m) { return m.method == name; });
  EXPECT_NE(at, f.methods.end()) << name;
  return *at;
}

// The rarest of a group's techniques, as its campaign.
AttackFacts with_campaign() {
  AttackFacts f = made_up::many(1);
  const auto& list = f.groups[7].techniques;
  f.campaigns = {campaign(0, {list.end() - 10, list.end()}, {7})};
  return f;
}

TEST(HoldOut, WhatOnlyTheCampaignMayHaveBroughtIsInOneBoundAndNotInTheOther) {
  const auto f = hold_out(with_campaign(), {});
  ASSERT_TRUE(f) << f.error().text;
  EXPECT_EQ(f->attributed, 1u);
  EXPECT_EQ(f->judged, 1u);
  EXPECT_EQ(f->optimistic.campaigns[0].rank, 1);
  EXPECT_EQ(f->optimistic.verdicts.one_right, 1u);
  EXPECT_GT(f->pessimistic.campaigns[0].rank, 5);
  EXPECT_EQ(method(f->pessimistic, "overlap").top5, 0);
  EXPECT_EQ(method(f->optimistic, "overlap").top1, 1);
}

TEST(HoldOut, AnotherCampaignOrOtherSoftwareExplainsWhatStays) {
  AttackFacts f = with_campaign();
  const auto techniques = f.campaigns[0].techniques;
  f.campaigns.push_back(campaign(1, techniques, {7}));
  const Known by_campaign(f, Formula{}, {Ordinal{0}, true, {}, {}});
  EXPECT_EQ(by_campaign.own(7), f.groups[7].techniques);

  f.campaigns.pop_back();
  f.software = {{"S0000", "a tool", "tool", techniques}};
  f.groups[7].software = {0};
  const Known by_software(f, Formula{}, {Ordinal{0}, true, {}, {}});
  EXPECT_EQ(by_software.own(7), f.groups[7].techniques);

  f.campaigns[0].software = {0};  // but not where the software may be known by this campaign alone
  const Known traces(f, Formula{}, {Ordinal{0}, true, {}, {}});
  EXPECT_EQ(traces.own(7).size(), f.groups[7].techniques.size() - techniques.size());
  EXPECT_TRUE(traces.by_software(7).empty());
  const Known as_it_is(f, Formula{}, {Ordinal{0}, false, {}, {}});
  EXPECT_EQ(as_it_is.own(7), f.groups[7].techniques);
}

TEST(HoldOut, ACampaignTeachesUntilItIsHeldOut) {
  AttackFacts f = made_up::many(1);
  f.campaigns = {campaign(0, {239}, {7})};
  f.groups[7].techniques = {1, 2};
  EXPECT_EQ(Known(f, Formula{}).own(7), (std::vector<Ordinal>{1, 2, 239}));
  EXPECT_EQ(Known(f, Formula{}, {Ordinal{0}, false, {}, {}}).own(7), (std::vector<Ordinal>{1, 2}));
}

TEST(HoldOut, ChanceIsArithmetic) {
  AttackFacts f = with_campaign();
  const auto one = hold_out(f, {});
  ASSERT_TRUE(one);
  const double n = static_cast<double>(f.groups.size());
  double harmonic = 0;
  for (double r = 1; r <= n; ++r) harmonic += 1 / r;
  EXPECT_NEAR(method(one->optimistic, "random").top1, 1 / n, 1e-12);
  EXPECT_NEAR(method(one->optimistic, "random").top5, 5 / n, 1e-12);
  EXPECT_NEAR(method(one->optimistic, "random").mean_reciprocal_rank, harmonic / n, 1e-12);

  f.campaigns[0].attributed_to = {7, 8};  // either will do
  const auto two = hold_out(f, {});
  ASSERT_TRUE(two);
  EXPECT_NEAR(method(two->optimistic, "random").top1, 2 / n, 1e-12);
  double none = 1;
  for (double r = 0; r < 5; ++r) none *= (n - 2 - r) / (n - r);
  EXPECT_NEAR(method(two->optimistic, "random").top5, 1 - none, 1e-12);
}

TEST(HoldOut, ATieIsNoHitAndAGroupWithoutAnythingIsLast) {
  AttackFacts f = with_campaign();
  made_up::add_group(f, f.groups[7].techniques);
  auto tie = hold_out(f, {});
  ASSERT_TRUE(tie);
  EXPECT_EQ(tie->optimistic.campaigns[0].rank, 1.5);
  EXPECT_EQ(tie->optimistic.methods[0].top1, 0);
  EXPECT_EQ(tie->optimistic.methods[0].top5, 1);

  f.groups[7].techniques.clear();
  const auto nothing = hold_out(f, {});
  ASSERT_TRUE(nothing);
  EXPECT_EQ(nothing->optimistic.campaigns[0].rank, static_cast<double>(f.groups.size()));
}

TEST(HoldOut, WhoIsNotInTheFactsIsNeverRight) {
  const auto f = hold_out(with_campaign(), {});
  ASSERT_TRUE(f);
  EXPECT_EQ(f->optimistic.absent.of, 1u);
  EXPECT_EQ(f->optimistic.absent.one_right + f->optimistic.absent.several_holding, 0u);
}

TEST(HoldOut, FactsWithoutAnAttributedCampaignAreRefused) {
  AttackFacts f = made_up::many(1);
  EXPECT_FALSE(hold_out(f, {}));
  f.campaigns = {campaign(0, {1, 2}, {})};
  EXPECT_FALSE(hold_out(f, {}));
  f.campaigns = {campaign(0, {}, {3})};
  EXPECT_FALSE(hold_out(f, {}));
}

}  // namespace
}  // namespace custos::correlate
