#include "rules/match/value_cache.h"

#include <gtest/gtest.h>

#include <string>

namespace custos::rules {
namespace {

using Atoms = std::vector<std::uint32_t>;

Atoms found(const ValueCache& cache, const ValueCache::Key& key) {
  std::span<const std::uint32_t> hits;
  return cache.find(key, hits) ? Atoms(hits.begin(), hits.end()) : Atoms{0xFFFFFFFF};
}
const Atoms kUnknown{0xFFFFFFFF};

TEST(ValueCache, KeepsShortAndLongValuesWithTheirAtoms) {
  ValueCache cache;
  EXPECT_EQ(found(cache, ValueCache::key(1, "x")), kUnknown);
  for (const std::size_t size : {0u, 1u, 47u, 48u, 49u, 2048u}) {
    const std::string value(size, 'v');
    for (const Atoms& atoms : {Atoms{}, Atoms{7}, Atoms(20, 3)}) {
      const auto key = ValueCache::key(1, value);
      cache.put(key, atoms);
      EXPECT_EQ(found(cache, key), atoms) << size;
      EXPECT_EQ(found(cache, ValueCache::key(2, value)), kUnknown) << size;
    }
  }
}

// Who finds a collision must not hide behind the value that was there first.
TEST(ValueCache, ComparesTheValueNotItsHash) {
  ValueCache cache;
  const std::string harmless(100, 'a'), evil(100, 'b');
  for (const std::size_t size : {8u, 100u}) {
    ValueCache::Key key = ValueCache::key(1, std::string_view(harmless).substr(0, size));
    cache.put(key, Atoms{1});
    key.value = std::string_view(evil).substr(0, size);
    EXPECT_EQ(found(cache, key), kUnknown);
  }
}

TEST(ValueCache, ForgetsRatherThanGrows) {
  ValueCache cache;
  const auto value = [](int i) { return std::to_string(i) + std::string(2000, 'v'); };
  for (int i = 0; i < 4000; ++i) cache.put(ValueCache::key(1, value(i)), Atoms{static_cast<std::uint32_t>(i)});  // twice the pool
  EXPECT_EQ(found(cache, ValueCache::key(1, value(3999))), Atoms{3999});
  EXPECT_EQ(found(cache, ValueCache::key(1, value(0))), kUnknown);
  cache.put(ValueCache::key(1, "many"), Atoms(100'000, 1));
  EXPECT_EQ(found(cache, ValueCache::key(1, "many")), kUnknown);
}

}  // namespace
}  // namespace custos::rules
