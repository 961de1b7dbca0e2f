#include "behavior/sketch/entity_table.h"

#include <map>
#include <optional>

#include "behavior/sketch/damage_test.h"
#include "behavior/sketch/hyperloglog.h"

namespace custos::behavior {
namespace entity_table_test {
namespace {

using namespace testing;

struct Seen {
  std::uint64_t times = 0;
  HyperLogLog16 what;
  std::uint64_t weight() const { return times; }
  void merge(const Seen& other) {
    times += other.times;
    what.merge(other.what);
  }
  void save(Packer& out) const {
    out.varint(times);
    what.save(out);
  }
  bool load(Unpacker& in) {
    times = in.varint();
    return what.load(in);
  }
};
using Table = EntityTable<Seen>;

TEST(EntityTable, IsAMapWhileThereIsRoom) {
  Table table(1 << 20);
  std::map<std::uint64_t, std::pair<std::int32_t, std::uint64_t>> twin;
  Draw draw(1);
  for (int i = 0; i < 50'000; ++i) {
    // Dense keys, spread ones, and 0.
    const std::uint64_t key = draw.below(2) ? draw.below(10'000) : mixed(draw.below(10'000), 5);
    const auto day = static_cast<std::int32_t>(i / 1000 - static_cast<int>(draw.below(3)));
    ++table.touch(key, day).times;
    auto [it, fresh] = twin.try_emplace(key, day, 0);
    it->second.first = std::max(it->second.first, day);
    ++it->second.second;
  }
  EXPECT_EQ(table.evictions(), 0u);
  EXPECT_EQ(table.size(), twin.size());
  EXPECT_GT(table.size(), table.capacity() / 3);
  auto it = twin.begin();
  std::as_const(table).each([&](std::uint64_t key, std::int32_t day, const Seen& v) {
    ASSERT_NE(it, twin.end());
    ASSERT_EQ(key, it->first);
    ASSERT_EQ(day, it->second.first);
    ASSERT_EQ(v.times, it->second.second);
    ASSERT_EQ(table.find(key), &v);
    ++it;
  });
  EXPECT_EQ(it, twin.end());
  for (std::uint64_t key = 20'000; key < 30'000; ++key) ASSERT_EQ(table.find(key), nullptr);
}

TEST(EntityTable, StaysWithinItsBytes) {
  for (const std::size_t bytes : {std::size_t{1'000}, std::size_t{5'000}, std::size_t{70'000}, std::size_t{1'000'000}}) {
    Table table(bytes);
    EXPECT_LT(Table(bytes).bytes(), 500u);  // nothing before it is needed
    for (std::uint64_t key = 0; key < 3 * table.capacity(); ++key) {
      table.touch(key, 1).times = 1;
      ASSERT_LE(table.bytes(), bytes);
      ASSERT_LE(table.size(), table.capacity());
    }
    EXPECT_EQ(table.evictions(), 3 * table.capacity() - table.size());
    EXPECT_GT(table.size(), table.capacity() * 95 / 100);
    EXPECT_GT(table.capacity() * (16 + sizeof(Seen)), bytes * 8 / 10 - 500);
  }
  EXPECT_EQ(Table(0).capacity(), 16u);
}

TEST(EntityTable, NineInTenPlacesAreTakenBeforeOneIsLost) {
  Table table(1 << 20);
  for (std::uint64_t key = 0; table.evictions() == 0; ++key) table.touch(key, 1);
  EXPECT_GT(table.size(), table.capacity() * 88 / 100);
}

TEST(EntityTable, TheRecentAndTheHeavyStay) {
  Table table(100'000);
  const std::uint64_t heavy = table.capacity() / 4, crowd = 4 * table.capacity();
  for (std::uint64_t key = 0; key < heavy; ++key) table.touch(key, 10).times = 1'000;
  for (std::uint64_t key = 0; key < crowd; ++key) table.touch(1'000'000 + key, 10).times = 1;
  std::uint64_t kept = 0;
  for (std::uint64_t key = 0; key < heavy; ++key) kept += table.find(key) != nullptr;
  EXPECT_GE(kept, heavy * 99 / 100);
  EXPECT_EQ(table.evictions(), heavy + crowd - table.size());
  // A day later, however light, the new ones displace the heavy.
  for (std::uint64_t key = 0; key < crowd; ++key) table.touch(2'000'000 + key, 11).times = 1;
  kept = 0;
  for (std::uint64_t key = 0; key < heavy; ++key) kept += table.find(key) != nullptr;
  EXPECT_LT(kept, heavy / 100);
  // Those who come back every day stay.
  for (std::uint64_t key = 0; key < heavy; ++key) table.touch(key, 12);
  for (std::uint64_t key = 0; key < crowd; ++key) table.touch(3'000'000 + key, 11);
  kept = 0;
  for (std::uint64_t key = 0; key < heavy; ++key) kept += table.find(key) != nullptr;
  EXPECT_GE(kept, heavy * 99 / 100);
}

// Sixteen places: all keys share both buckets, so who leaves is known.
TEST(EntityTable, WhoLeavesFirst) {
  Table table(0);
  for (std::uint64_t key = 0; key < 16; ++key) table.touch(key, key == 4 ? 1 : 2).times = key == 9 || key == 12 ? 3 : 5;
  EXPECT_EQ(table.evictions(), 0u);
  const auto leaves = [&](std::uint64_t newcomer) {
    std::vector<std::uint64_t> before;
    table.each([&](std::uint64_t key, std::int32_t, Seen&) { before.push_back(key); });
    Seen& fresh = table.touch(newcomer, 3);
    EXPECT_EQ(fresh.times, 0u);  // nothing of who was there
    EXPECT_TRUE(fresh.what.empty());
    fresh.times = 100;
    std::erase_if(before, [&](std::uint64_t key) { return table.find(key) != nullptr; });
    return before.size() == 1 ? before[0] : 999;
  };
  EXPECT_EQ(leaves(100), 4u);   // the earliest day
  EXPECT_EQ(leaves(101), 12u);  // the lightest, and of those the highest key
  EXPECT_EQ(leaves(102), 9u);
  EXPECT_EQ(leaves(103), 15u);
  EXPECT_EQ(table.evictions(), 4u);
  EXPECT_EQ(table.size(), 16u);
}

TEST(EntityTable, AWeightOfOnesOwn) {
  const auto lightest_first = [](const Seen& s) { return -static_cast<double>(s.times); };
  EntityTable<Seen, decltype(lightest_first)> table(0, lightest_first);
  for (std::uint64_t key = 0; key < 16; ++key) table.touch(key, 1).times = key;
  table.touch(99, 1);
  EXPECT_EQ(table.find(15), nullptr);
  EXPECT_NE(table.find(0), nullptr);
}

// Keys that all belong to the same two buckets, however many there are.
TEST(EntityTable, KeysChosenToMeetGetNoMoreRoom) {
  Table table(1 << 22);
  std::uint64_t found = 0;
  for (std::uint64_t key = 0; found < 40; ++key) {
    const std::uint64_t h = mixed(key, 0xA7D3190C5E86F2B4u);  // the salt of the table
    if (h >> 56 != 0 || (h >> 24 & 0xFF) != 0) continue;
    table.touch(key, 1);
    ++found;
  }
  EXPECT_GT(table.evictions(), 0u);
  EXPECT_EQ(table.size() + table.evictions(), found);
  EXPECT_LT(table.bytes(), 40'000u);
  std::uint64_t held = 0;
  table.each([&](std::uint64_t key, std::int32_t, Seen&) { held += table.find(key) != nullptr; });
  EXPECT_EQ(held, table.size());
  for (std::uint64_t key = 1'000'000; key < 1'010'000; ++key) table.touch(key, 2).times = key;
  std::uint64_t right = 0;
  for (std::uint64_t key = 1'000'000; key < 1'010'000; ++key) right += table.find(key) && table.find(key)->times == key;
  EXPECT_EQ(right, 10'000u);
}

void crowd(Table& table, int n, std::uint64_t seed) {
  Draw draw(seed);
  for (int i = 0; i < n; ++i) {
    Seen& s = table.touch(draw.next() >> (32 + draw.below(31)), static_cast<std::int32_t>(draw.below(5)));
    ++s.times;
    s.what.add(draw.next());
  }
}

TEST(EntityTable, ALoadedOneGoesOnAsTheSavedOneWould) {
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{3'000}, std::size_t{50'000}, std::size_t{4'000'000}}) {
    Table table(bytes), back(bytes);
    crowd(table, 20'000, 3);
    ASSERT_TRUE(loads(back, saved(table)));
    ASSERT_EQ(saved(back), saved(table)) << bytes;
    EXPECT_EQ(back.size(), table.size());
    EXPECT_EQ(back.evictions(), table.evictions());
    crowd(table, 20'000, 4);
    crowd(back, 20'000, 4);
    EXPECT_EQ(saved(back), saved(table)) << bytes;
  }
}

TEST(EntityTable, AnotherBoundIsNoDamage) {
  Table table(200'000), smaller(20'000), larger(2'000'000);
  crowd(table, 50'000, 5);
  ASSERT_TRUE(loads(smaller, saved(table)));
  EXPECT_LE(smaller.bytes(), 20'000u);
  EXPECT_EQ(smaller.size() + smaller.evictions(), table.size() + table.evictions());
  smaller.each([&](std::uint64_t key, std::int32_t, Seen& s) { ASSERT_EQ(s.times, table.find(key)->times); });
  ASSERT_TRUE(loads(larger, saved(table)));
  EXPECT_EQ(saved(larger), saved(table));
  EXPECT_EQ(larger.capacity(), Table(2'000'000).capacity());
}

TEST(EntityTable, MergingAddsWhatBothKnow) {
  Table a(1 << 20), b(1 << 20), whole(1 << 20);
  crowd(a, 5'000, 6);
  crowd(b, 5'000, 7);
  crowd(whole, 5'000, 6);
  crowd(whole, 5'000, 7);
  a.merge(b);
  EXPECT_EQ(a.size(), whole.size());
  a.each([&](std::uint64_t key, std::int32_t, Seen& s) {
    ASSERT_TRUE(whole.find(key));
    ASSERT_EQ(saved(s), saved(*whole.find(key)));
  });
  Table tiny(0);
  tiny.merge(whole);
  EXPECT_EQ(tiny.size() + tiny.evictions(), whole.size());
}

TEST(EntityTable, SavingAndDamage) {
  Table table(4'000);
  crowd(table, 2'000, 8);
  EXPECT_GT(table.evictions(), 0u);
  check_saving(table, [] { return Table(4'000); }, Form::Sealed, [](Table& t) {
    std::size_t n = 0;
    t.each([&](std::uint64_t key, std::int32_t, const Seen& s) {
      EXPECT_EQ(t.find(key), &s);
      ++n;
    });
    EXPECT_EQ(n, t.size());
    EXPECT_LE(t.bytes(), 4'000u);
    t.touch(1, 1);
    return false;  // the number of buckets may be forged to one that this table has no room for
  });
}

TEST(EntityTable, ForgedSizesTakeNoMemory) {
  std::string forged;
  Packer out(forged);
  out.varint(std::uint64_t{1} << 27);
  out.varint(0);
  out.varint(0);
  out.seal(0);
  Table table(std::size_t{1} << 34);
  ASSERT_TRUE(loads(table, forged));
  EXPECT_LT(table.bytes(), 1'000u);
}

}  // namespace
}  // namespace entity_table_test
}  // namespace custos::behavior
