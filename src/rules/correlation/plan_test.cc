#include "rules/correlation/plan.h"

#include <gtest/gtest.h>

namespace custos::rules::correlation {
namespace {

using Op = Correlation::Op;
using Type = Correlation::Type;

Correlation count(std::vector<std::string> rules) {
  Correlation c;
  c.rules = std::move(rules);
  c.timespan = kSecond;
  c.limits = {{Op::Gte, 1}};
  return c;
}

const std::vector<RuleName> kBases{
    {"5638f7c0-ac70-491d-8465-2a65075e0d86", "failed"}, {"", "success"}, {"AA", "twin"}, {"BB", "twin"}};

std::string refused(const std::vector<Correlation>& correlations, std::size_t which = 0) {
  std::vector<CorrelationRule> rules;
  for (std::size_t i = 0; i < correlations.size(); ++i)
    rules.push_back({{"", "c" + std::to_string(i)}, &correlations[i]});
  return CorrelationPlan::build(kBases, rules).refused[which];
}

TEST(Plan, ResolvesIdsInAnyCaseAndExactNames) {
  EXPECT_EQ(refused({count({"5638F7C0-AC70-491D-8465-2A65075E0D86", "success"})}), "");
  EXPECT_NE(refused({count({"Success"})}).find("not loaded"), std::string::npos);
  EXPECT_NE(refused({count({"nobody"})}).find("'nobody'"), std::string::npos);
  EXPECT_NE(refused({count({"twin"})}).find("2 rules are called so"), std::string::npos);
  EXPECT_EQ(refused({count({"aa", "bb"})}), "");
  EXPECT_NE(refused({count({})}), "");
}

TEST(Plan, RefusesCyclesAndWhatHangsOnThem) {
  const std::vector<Correlation> rules{count({"c1"}), count({"c2", "failed"}), count({"c0"}),
                                       count({"c0"}), count({"failed"}),       count({"c5"})};
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NE(refused(rules, i).find("itself"), std::string::npos) << i;
  EXPECT_NE(refused(rules, 3).find("that was refused"), std::string::npos);
  EXPECT_EQ(refused(rules, 4), "");
  EXPECT_NE(refused(rules, 5).find("itself"), std::string::npos);
}

TEST(Plan, RefusesALongChainWithoutRecursion) {
  std::vector<Correlation> rules{count({"failed"})};
  for (std::size_t i = 0; i < 20'000; ++i) rules.push_back(count({"c" + std::to_string(i)}));
  EXPECT_EQ(refused(rules, kMaxDepth - 1), "");
  EXPECT_NE(refused(rules, kMaxDepth), "");
  EXPECT_LT(refused(rules, 20'000).size(), 200u);
}

TEST(Plan, RefusesConditionsThatMakeNoSense) {
  auto c = count({"failed"});
  c.limits.clear();
  EXPECT_NE(refused({c}), "");
  c.type = Type::Temporal;
  EXPECT_EQ(refused({c}), "");
  c.timespan = 0;
  EXPECT_NE(refused({c}), "");
  for (const Type type : {Type::ValueCount, Type::ValueSum, Type::ValueAvg, Type::ValuePercentile, Type::ValueMedian}) {
    auto v = count({"failed"});
    v.type = type;
    EXPECT_NE(refused({v}).find("field"), std::string::npos);
    v.fields = {"n"};
    EXPECT_EQ(refused({v}), "");
    v.fields = {"n", "m"};
    EXPECT_EQ(refused({v}).empty(), type == Type::ValueCount);
  }
  auto p = count({"failed"});
  p.type = Type::ValuePercentile;
  p.fields = {"n"};
  p.percentile = 101;
  EXPECT_NE(refused({p}), "");
}

TEST(Plan, RefusesAliasesForOtherRules) {
  auto c = count({"failed"});
  c.group_by = {"who"};
  c.aliases["who"] = {{"failed", "User"}};
  EXPECT_EQ(refused({c}), "");
  c.aliases["who"] = {{"5638f7c0-ac70-491d-8465-2a65075e0d86", "User"}};
  EXPECT_EQ(refused({c}), "");
  c.aliases["who"]["success"] = "User";
  EXPECT_NE(refused({c}).find("alias"), std::string::npos);
}

TEST(Plan, AsksBaseRulesForWhatChainsNeed) {
  auto inner = count({"failed"});
  inner.group_by = {"User"};
  auto outer = count({"c0", "success"});
  outer.type = Type::Temporal;
  outer.group_by = {"User", "Host"};
  outer.aliases["Host"] = {{"success", "Machine"}};
  const std::vector<CorrelationRule> rules{{{"", "c0"}, &inner}, {{"", "c1"}, &outer}};
  const auto built = CorrelationPlan::build(kBases, rules);
  const auto names = [&](std::uint32_t base) {
    std::vector<std::string> out;
    for (const auto f : built.plan.fields_of(base)) out.push_back(built.plan.fields()[f]);
    std::sort(out.begin(), out.end());
    return out;
  };
  EXPECT_EQ(names(0), (std::vector<std::string>{"Host", "User"}));
  EXPECT_EQ(names(1), (std::vector<std::string>{"Machine", "User"}));
  EXPECT_FALSE(built.plan.refers_to(2));
  EXPECT_TRUE(built.plan.is_inner(0));
  EXPECT_FALSE(built.plan.is_inner(1));
  EXPECT_EQ(built.plan.order(), (std::vector<std::uint32_t>{0, 1}));
}

TEST(Plan, InnerOnesComeFirstHoweverTheyAreListed) {
  const auto outer = count({"c2"}), lone = count({"failed"}), inner = count({"failed"});
  const std::vector<CorrelationRule> rules{{{"", "c0"}, &outer}, {{"", "c1"}, &lone}, {{"", "c2"}, &inner}};
  const auto built = CorrelationPlan::build(kBases, rules);
  EXPECT_EQ(built.plan.order(), (std::vector<std::uint32_t>{1, 2, 0}));
  EXPECT_GT(built.plan.rank(0), built.plan.rank(2));
}

}  // namespace
}  // namespace custos::rules::correlation
