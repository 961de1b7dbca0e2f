#include "base/files/nameless_file.h"

#include <gtest/gtest.h>

#include "base/files/merge_runs.h"

namespace custos {
namespace {

TEST(NamelessFile, GivesBackWhatWasWritten) {
  NamelessFile f(::testing::TempDir(), "a test");
  ASSERT_TRUE(f.append("hello "));
  ASSERT_TRUE(f.append("there"));
  EXPECT_EQ(f.size(), 11u);
  std::string got(5, '?');
  EXPECT_TRUE(f.read(6, got.data(), 5));
  EXPECT_EQ(got, "there");
  EXPECT_FALSE(f.read(7, got.data(), 5));  // past the end
  f.clear();
  EXPECT_EQ(f.size(), 0u);
  EXPECT_FALSE(f.read(0, got.data(), 1));
  ASSERT_TRUE(f.append("anew"));
  EXPECT_TRUE(f.read(0, got.data(), 4));
  EXPECT_EQ(got.substr(0, 4), "anew");
}

TEST(NamelessFile, SaysWhereAndWhatForItFailed) {
  NamelessFile f("/nowhere/at/all", "a test");
  const auto ok = f.append("x");
  ASSERT_FALSE(ok);
  EXPECT_EQ(ok.error().where, "/nowhere/at/all");
  EXPECT_EQ(ok.error().text.rfind("cannot make the temporary file for a test: ", 0), 0u) << ok.error().text;
}

// Numbers of a run; fails behind the last one where it is told to.
struct Numbers {
  std::vector<int> of;
  bool fails = false;
  std::size_t at = 0;
  int now = 0;
  bool advance() {
    if (at == of.size()) return false;
    now = of[at++];
    return true;
  }
  bool failed() const { return fails; }
};

std::vector<std::unique_ptr<Numbers>> runs(std::vector<std::vector<int>> of) {
  std::vector<std::unique_ptr<Numbers>> out;
  for (auto& run : of) out.push_back(std::make_unique<Numbers>(Numbers{std::move(run)}));
  return out;
}

// Tens count, ones tell which run it was.
bool by_tens(const Numbers& a, const Numbers& b) { return a.now / 10 < b.now / 10; }

TEST(MergeRuns, EqualThingsComeInTheOrderOfTheRuns) {
  std::vector<int> got;
  EXPECT_TRUE(merge_runs(runs({{10, 31}, {}, {12, 22}, {13}}), by_tens, [&](const Numbers& n) { got.push_back(n.now); }));
  EXPECT_EQ(got, (std::vector<int>{10, 12, 13, 22, 31}));
}

TEST(MergeRuns, ARunThatFailsEndsIt) {
  auto some = runs({{10}, {20, 30}});
  some[0]->fails = true;
  std::vector<int> got;
  EXPECT_FALSE(merge_runs(some, by_tens, [&](const Numbers& n) { got.push_back(n.now); }));
  EXPECT_EQ(got, (std::vector<int>{10}));
}

}  // namespace
}  // namespace custos
