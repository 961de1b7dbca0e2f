#include "ingest/lines.h"

#include <random>

#include "ingest/lines_testing.h"

namespace custos::ingest {
namespace {
namespace lines_test {

struct Cut {
  std::vector<std::pair<std::uint64_t, std::string>> lines;
  std::vector<std::uint64_t> numbers;
  SourceCoverage coverage;
};

Cut cut(std::string_view text, std::size_t step, std::size_t most) {
  Cut out;
  Report report(out.coverage, 100);
  LineCutter cutter;
  std::size_t at = 0, size = std::min(step, most);
  while (at < text.size()) {
    const std::size_t n = std::min(size, text.size() - at);
    const More more = at + n == text.size() ? More::Ended : size >= most ? More::Full : More::Coming;
    cutter.open({text.substr(at, n), at, more});
    Line line;
    bool any = false;
    while (cutter.next(line, report)) {
      any = true;
      out.lines.emplace_back(line.offset, std::string(line.text));
      out.numbers.push_back(line.number);
      EXPECT_EQ(text.substr(line.offset, line.text.size()), line.text);
    }
    if (cutter.consumed() == 0 && !any) {
      EXPECT_EQ(more, More::Coming);
      if (more != More::Coming) break;
      size = std::min(size * 2, most);
    } else {
      size = std::min(step, most);
    }
    at += cutter.consumed();
  }
  return out;
}

// One byte at a time: what a line end is, in the plainest words.
std::vector<std::pair<std::uint64_t, std::string>> naive(std::string_view text) {
  std::vector<std::pair<std::uint64_t, std::string>> lines;
  std::string now;
  std::uint64_t start = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || text[i] == '\n' || text[i] == '\r') {
      if (!now.empty()) lines.emplace_back(start, now);
      now.clear();
    } else if (text[i] != '\0' || !now.empty()) {
      if (now.empty()) start = i;
      now += text[i];
    }
  }
  return lines;
}

TEST(Lines, AllKindsOfLineEnd) {
  const Cut c = cut("a\nbb\r\nccc\rdddd\n\n\r\n\re", 1000, 1000);
  ASSERT_EQ(c.lines.size(), 5u);
  EXPECT_EQ(c.lines[2].second, "ccc");
  EXPECT_EQ(c.lines[4].second, "e");
  EXPECT_EQ(c.numbers, (std::vector<std::uint64_t>{1, 2, 3, 4, 8}));
  EXPECT_EQ(c.coverage.notes.count("the last line has no line end"), 1u);
}

TEST(Lines, EqualsTheNaiveTwinInAllWindows) {
  std::mt19937 random(7);
  const std::string_view letters("ab\0\n\r\n\r ", 8);
  for (int round = 0; round < 400; ++round) {
    std::string text;
    for (std::size_t n = random() % 60; n > 0; --n) text += letters[random() % letters.size()];
    const auto want = naive(text);
    for (const std::size_t step : {1u, 2u, 3u, 5u, 8u, 64u}) {
      const Cut got = cut(text, step, 1000);
      ASSERT_EQ(got.lines, want) << ::testing::PrintToString(text) << " in windows of " << step;
      ASSERT_EQ(got.numbers, cut(text, 1000, 1000).numbers);
    }
  }
}

TEST(Lines, ALineThatDoesNotFitIsOneRejectAndCuttingGoesOn) {
  const std::string text = "one\n" + std::string(5000, 'x') + "\ntwo\n";
  const Cut c = cut(text, 16, 64);
  ASSERT_EQ(c.lines.size(), 2u);
  EXPECT_EQ(c.lines[1].second, "two");
  ASSERT_EQ(c.coverage.rejects.size(), 1u);
  EXPECT_EQ(c.coverage.rejects[0].offset, 4u);
  EXPECT_EQ(c.coverage.rejects[0].length, 5000u);
  // The same without an end.
  const Cut open = cut(text.substr(0, 3000), 16, 64);
  EXPECT_EQ(open.lines.size(), 1u);
  ASSERT_EQ(open.coverage.rejects.size(), 1u);
  EXPECT_EQ(open.coverage.rejects[0].length, 2996u);
}

TEST(Lines, BlocksOfNulAreSkippedAndNoted) {
  const std::string text = "one\n" + std::string(4096, '\0') + "two\n" + std::string(100'000, '\0');
  const Cut c = cut(text, 1000, 1000);
  ASSERT_EQ(c.lines.size(), 2u);
  EXPECT_EQ(c.lines[1].second, "two");
  EXPECT_EQ(c.coverage.notes.at("NUL bytes between lines skipped"), 104'096u);
}

TEST(Lines, GrowAndUnget) {
  SourceCoverage coverage;
  Report report(coverage, 10);
  LineCutter cutter;
  cutter.open({"a\r\n\nb\nc", 100, More::Coming});
  Line line;
  ASSERT_TRUE(cutter.next(line, report));
  const Line first = line;
  ASSERT_TRUE(cutter.grow(line));
  EXPECT_EQ(line.text, "a\r\n");
  ASSERT_TRUE(cutter.grow(line));
  EXPECT_EQ(line.text, "a\r\n\nb");
  EXPECT_FALSE(cutter.grow(line));  // "c" may go on
  cutter.unget(first);
  ASSERT_TRUE(cutter.next(line, report));
  EXPECT_EQ(line.text, "a");
  EXPECT_EQ(line.number, 1u);
  EXPECT_EQ(line.offset, 100u);
}

TEST(Lines, FieldsAreBoundedPlacedAndRepaired) {
  Names names;
  LogSources sources;
  Batch batch(names, sources);
  SourceCoverage coverage;
  Report report(coverage, 10);
  const std::string raw =
      "ab\xff"
      "cd";
  LineFields fields(batch, 2);
  fields.begin(raw, 10, 1);
  EXPECT_TRUE(fields.dirty());
  EXPECT_TRUE(fields.add("x", std::string_view(raw).substr(1, 2)));
  EXPECT_TRUE(fields.add("y", "elsewhere"));
  EXPECT_FALSE(fields.add("z", "no room"));
  fields.end(report);
  ASSERT_EQ(batch.fields(0).size(), 2u);
  EXPECT_EQ(batch.fields(0)[0].text(), "b\xEF\xBF\xBD");
  EXPECT_EQ(batch.fields(0)[0].at, 1u);
  EXPECT_EQ(batch.fields(0)[1].at, kNoPlace);
  EXPECT_EQ(coverage.reject_count, 1u);
}

}  // namespace lines_test
}  // namespace
}  // namespace custos::ingest
