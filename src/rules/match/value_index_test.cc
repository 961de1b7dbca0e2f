#include "rules/match/value_index.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace custos::rules {
namespace {

struct Literal {
  ValueIndex::Kind kind;
  std::string text;
};

// The naive twin: one comparison a literal.
std::set<std::uint32_t> naive(const std::vector<Literal>& literals, std::string_view value) {
  std::set<std::uint32_t> hits;
  for (std::uint32_t i = 0; i < literals.size(); ++i) {
    const std::string& t = literals[i].text;
    bool holds = false;
    switch (literals[i].kind) {
      case ValueIndex::Kind::Whole: holds = value == t; break;
      case ValueIndex::Kind::Prefix: holds = value.starts_with(t); break;
      case ValueIndex::Kind::Suffix: holds = value.ends_with(t); break;
      case ValueIndex::Kind::Anywhere: holds = value.find(t) != std::string_view::npos; break;
    }
    if (holds) hits.insert(i);
  }
  return hits;
}

std::set<std::uint32_t> indexed(const ValueIndex& index, std::string_view value) {
  std::set<std::uint32_t> hits;
  index.search(value, [&](std::uint32_t tag) { hits.insert(tag); });
  return hits;
}

TEST(ValueIndex, EqualsTheNaiveTwinOnRandomTexts) {
  std::mt19937 random(7);
  // A small alphabet makes overlaps, repeats and shared windows common.
  const auto word = [&](std::size_t most) {
    std::string s;
    const std::size_t n = random() % (most + 1);
    for (std::size_t i = 0; i < n; ++i) s += "ab.\\"[random() % 4];
    return s;
  };
  for (int round = 0; round < 300; ++round) {
    std::vector<Literal> literals;
    ValueIndex index;
    const std::size_t n = 1 + random() % 60;
    for (std::uint32_t i = 0; i < n; ++i) {
      Literal l{static_cast<ValueIndex::Kind>(random() % 4), word(9)};
      if (l.text.empty() && l.kind != ValueIndex::Kind::Whole) l.text = "a";
      index.add(l.kind, l.text, i);
      literals.push_back(std::move(l));
    }
    index.build();
    for (int v = 0; v < 40; ++v) {
      const std::string value = word(30);
      ASSERT_EQ(indexed(index, value), naive(literals, value)) << value;
    }
  }
}

TEST(ValueIndex, EmptyTextsAndValues) {
  ValueIndex index;
  index.add(ValueIndex::Kind::Whole, "", 1);
  index.add(ValueIndex::Kind::Anywhere, "abcd", 2);
  index.build();
  EXPECT_EQ(indexed(index, ""), std::set<std::uint32_t>{1});
  EXPECT_EQ(indexed(index, "abc"), std::set<std::uint32_t>{});
  EXPECT_EQ(indexed(index, "abcd"), std::set<std::uint32_t>{2});
}

// Only long texts: windows of the value are skipped. Few of them and many are filtered in different ways.
TEST(ValueIndex, EqualsTheNaiveTwinWhereWindowsAreSkipped) {
  std::mt19937 random(11);
  const auto word = [&](std::size_t least, std::size_t most) {
    std::string s;
    const std::size_t n = least + random() % (most - least + 1);
    for (std::size_t i = 0; i < n; ++i) s += "ab"[random() % 2];
    return s;
  };
  std::size_t found = 0;
  for (int round = 0; round < 60; ++round) {
    std::vector<Literal> literals;
    ValueIndex index;
    const std::size_t n = round % 2 == 0 ? 10 : 200, least = 4 + static_cast<std::size_t>(round) % 10;
    for (std::uint32_t i = 0; i < n; ++i) {
      literals.push_back({ValueIndex::Kind::Anywhere, word(least, least + 6)});
      index.add(literals.back().kind, literals.back().text, i);
    }
    index.build();
    for (int v = 0; v < 100; ++v) {
      const std::string value = word(0, 90);
      const auto want = naive(literals, value);
      found += want.size();
      ASSERT_EQ(indexed(index, value), want) << value;
    }
  }
  EXPECT_GT(found, 1000u);
}

}  // namespace
}  // namespace custos::rules
