#include "rules/match/triggers.h"

#include <gtest/gtest.h>

namespace custos::rules {
namespace {

// One rule whose root has two operands (nodes 0 and 1), each with an atom; the first is thought to be the rarer.
Plan two_conditions() {
  Plan plan;
  plan.atoms.resize(2);
  plan.slots.resize(1);
  plan.conditions = {{0, {0}, {}}, {1, {1}, {0}}};
  plan.rules = {{nullptr, 2, 0, 2, 0}};
  return plan;
}

TEST(Triggers, BeginWithTheConditionThatIsLikelyToBeRare) {
  const Plan plan = two_conditions();
  const Triggers t(plan);
  EXPECT_EQ(t.of_atom(0), std::vector<std::uint32_t>{0});
  EXPECT_TRUE(t.of_atom(1).empty());
  EXPECT_TRUE(t.of_field(0).empty());
}

TEST(Triggers, ChangeToTheConditionThatFails) {
  const Plan plan = two_conditions();
  Triggers t(plan);
  int calls = 0;
  while (t.woken_in_vain(0, 1).empty() && calls < 1000) ++calls;
  EXPECT_LT(calls, 1000);
  EXPECT_GT(calls, 8);
  EXPECT_TRUE(t.of_atom(0).empty());
  EXPECT_EQ(t.of_atom(1), std::vector<std::uint32_t>{0});
  EXPECT_EQ(t.of_field(0), std::vector<std::uint32_t>{0});
}

TEST(Triggers, DoNotChangeForWhatFailsNoMoreOftenThanOthers) {
  const Plan plan = two_conditions();
  Triggers t(plan);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(t.woken_in_vain(0, static_cast<std::uint32_t>(i % 2)).empty());
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(t.woken_in_vain(0, 7).empty());  // an operand the index can't look for
}

TEST(Triggers, StopChangingWhenNothingHelps) {
  const Plan plan = two_conditions();
  Triggers t(plan);
  int changes = 0;
  for (std::uint32_t i = 0; i < 100'000; ++i) changes += t.woken_in_vain(0, i / 1000 % 2).empty() ? 0 : 1;
  EXPECT_GT(changes, 1);
  EXPECT_LT(changes, 10);
  EXPECT_EQ(t.of_atom(0).size() + t.of_atom(1).size(), 1u);
}

}  // namespace
}  // namespace custos::rules
