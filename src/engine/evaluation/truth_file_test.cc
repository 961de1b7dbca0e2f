#include "engine/evaluation/truth_file.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "evaluate/evaluate.h"

namespace custos::engine {
namespace {

class TruthFileTest : public ::testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }
  Result<TruthFile> read(const std::string& text, std::size_t most = 1u << 30) {
    std::ofstream(path_, std::ios::binary) << text;
    return read_truth_file(path_, most);
  }
  std::string path_ = std::filesystem::temp_directory_path() / ("custos_truth_" + std::to_string(::getpid()));
};

// The twin: a map of everything.
TEST_F(TruthFileTest, HasTheLabelsOfANaiveTwin) {
  evaluate::Random random(5);
  std::string text;
  std::map<std::string, std::map<std::uint64_t, std::set<std::string>>> twin;
  for (int i = 0; i < 3'000; ++i) {
    const std::string campaign = "c" + std::to_string(random.below(3)), stage = "s" + std::to_string(random.below(4)), kind = random.below(2) == 0 ? "background" : "x";
    nlohmann::json o{{"campaign", campaign}, {"stage", stage}, {"kind", kind}, {"events", nlohmann::json::array()}};
    for (std::uint64_t e = random.below(4); e > 0; --e) {
      const std::string file = "f\u00e9" + std::to_string(random.below(5));
      const std::uint64_t record = random.below(2'000);
      o["events"].push_back({{"file", file}, {"record", record}});
      twin[file][record].insert(campaign + stage + kind);
    }
    text += o.dump() + (i % 7 == 0 ? "\r\n\n" : "\n");
  }
  text.pop_back();  // the last line may end without one
  auto t = read(text);
  ASSERT_TRUE(t);
  EXPECT_EQ(t->damaged, 0u);
  ASSERT_EQ(t->files.size(), twin.size());
  for (auto& [file, labels] : t->files) {
    LabelCursor cursor(labels);
    for (int pass = 0; pass < 2; ++pass) {
      for (std::uint64_t i = 0; i < 2'000; ++i) {
        const std::uint64_t record = pass == 0 ? i : random.below(2'000);  // in order, then at will
        std::set<std::string> here;
        for (const auto& l : cursor.at(record)) here.insert(t->rows[l.row].campaign + t->rows[l.row].stage + (t->rows[l.row].background ? "background" : "x"));
        ASSERT_EQ(here, twin[file].contains(record) ? twin[file][record] : std::set<std::string>{}) << file << record;
      }
    }
  }
  EXPECT_EQ(t->unseen(), 0u);
}

TEST_F(TruthFileTest, CountsWhatWasNotSeen) {
  auto t = read(R"({"campaign":"c","events":[{"file":"f","record":1},{"file":"f","record":2},{"file":"g","record":2}]})");
  ASSERT_TRUE(t);
  EXPECT_EQ(t->unseen(), 3u);
  LabelCursor(t->files.find("f")->second).at(2);
  EXPECT_EQ(t->unseen(), 2u);
}

TEST_F(TruthFileTest, CountsDamagedRowsAndKeepsTheRest) {
  const std::string good = R"({"campaign":"c","stage":"s","events":[{"file":"f","record":1}]})";
  for (const std::string& bad : {std::string("not json"), std::string("[1]"), std::string(R"({"events":[]})"), std::string(R"({"campaign":"c"})"),
                                 std::string(R"({"campaign":"c","events":[{"file":"f","record":-1}]})"), std::string(R"({"campaign":"c","events":[7]})"),
                                 std::string(R"({"campaign":"c","events":[{"file":"f","record":99999999999999}]})"), std::string("{\"campaign\":\"c\"")}) {
    auto t = read(good + "\n" + bad + "\n" + good + "\n");
    ASSERT_TRUE(t) << bad;
    EXPECT_EQ(t->damaged, 1u) << bad;
    EXPECT_EQ(t->files.find("f")->second.size(), 2u) << bad;
  }
}

TEST_F(TruthFileTest, RefusesNothingAndTooMuch) {
  EXPECT_FALSE(read(""));
  EXPECT_FALSE(read("\n\n"));
  EXPECT_FALSE(read_truth_file("/no/such/truth", 1u << 20));
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += R"({"campaign":"c","events":[{"file":"f","record":)" + std::to_string(i) + "}]}\n";
  EXPECT_TRUE(read(many));
  const auto t = read(many, 10'000);
  ASSERT_FALSE(t);
  EXPECT_NE(t.error().text.find("--memory"), std::string::npos);
}

}  // namespace
}  // namespace custos::engine
