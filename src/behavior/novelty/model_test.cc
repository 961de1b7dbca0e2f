#include "behavior/novelty/model.h"

#include <gtest/gtest.h>

#include "behavior/novelty/window_items.h"
#include "behavior/sketch/damage_test.h"

namespace custos::behavior::novelties {
namespace {

Novelty::Choice choice(std::uint64_t actor, std::uint64_t item, std::uint64_t peers = 0, std::uint64_t group = 1) { return {actor, peers, group, item}; }

TEST(Novelty, WhatIsKnownIsLessSurprisingThanWhatPeersDoAndThatThanWhatNobodyDid) {
  Novelty n(1u << 20);
  EXPECT_EQ(n.surprise(choice(1, 1)), 0);  // nothing is known: nothing surprises
  for (std::uint32_t day = 0; day < 20; ++day) {
    n.learn(choice(1, 100, 9), day);
    n.learn(choice(2, 101, 9), day);
    n.learn(choice(3, 102, 8), day);
  }
  const double known = n.surprise(choice(1, 100, 9)), peers = n.surprise(choice(1, 101, 9)), others = n.surprise(choice(1, 102, 9)), nobody = n.surprise(choice(1, 103, 9));
  EXPECT_LT(known, peers);
  EXPECT_LT(peers, others);
  EXPECT_LT(others, nobody);
  EXPECT_EQ(n.windows(choice(1, 100)), 20u);
  EXPECT_EQ(n.windows(choice(1, 101)), 0u);
  EXPECT_EQ(n.anybody(choice(1, 101)), 20u);
  EXPECT_EQ(n.anybody(choice(1, 100, 0, 2)), 0u);  // another group
}

TEST(Novelty, WhoAlwaysDoesNewThingsIsExpectedTo) {
  Novelty n(1u << 20);
  for (std::uint32_t day = 0; day < 50; ++day) {
    n.learn(choice(1, 1'000 + day), day);
    n.learn(choice(2, 7), day);
  }
  EXPECT_LT(n.surprise(choice(1, 5)) + 2, n.surprise(choice(2, 5)));
}

TEST(Novelty, SavesAndForgetsWithinItsBound) {
  Novelty n(64u << 10);
  for (std::uint32_t day = 0; day < 50; ++day) {
    for (std::uint64_t i = 0; i < 500; ++i) n.learn(choice(i % 17, i * 31 + day * 1'000), day);
  }
  EXPECT_GT(n.evictions(), 0u);
  EXPECT_LE(n.bytes(), 70u << 10);
  std::string bytes = testing::saved(n);
  Novelty back(64u << 10);
  Unpacker in(bytes);
  ASSERT_TRUE(back.load(in));
  EXPECT_EQ(testing::saved(back), bytes);
  EXPECT_EQ(back.surprise(choice(3, 77)), n.surprise(choice(3, 77)));
}

Fact at(Micros time, std::uint64_t offset) {
  Fact f;
  f.time = time;
  f.offset = offset;
  return f;
}

TEST(WindowItems, EachThingOnceByActorAndTime) {
  Item a, b, c;
  a.actor = 2, a.key = 1;
  b.actor = 1, b.key = 9;
  c.actor = 1, c.key = 3;
  WindowItems items;
  items.add(a, at(1, 1));
  items.add(c, at(5, 2));
  items.add(b, at(5, 2));  // the same record says both: by key
  for (std::uint64_t i = 0; i < 9; ++i) items.add(a, at(static_cast<Micros>(10 + i), 10 + i));
  const auto order = items.in_order();
  ASSERT_EQ(order.size(), 3u);
  EXPECT_EQ(order[0]->key, 3u);
  EXPECT_EQ(order[1]->key, 9u);
  EXPECT_EQ(order[2]->count, 10u);
  EXPECT_EQ(order[2]->places, 4u);
  EXPECT_EQ(order[2]->first, 1);
  EXPECT_EQ(order[2]->last, 18);
  EXPECT_EQ(order[2]->where[0].offset, 1u);
  EXPECT_EQ(order[2]->where[3].offset, 12u);
  items.clear();
  EXPECT_EQ(items.size(), 0u);
}

}  // namespace
}  // namespace custos::behavior::novelties
