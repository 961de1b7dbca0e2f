#include "ingest/reader.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace custos::ingest {
namespace reader_test {
namespace {

// Hands out at most `step` bytes a call, and may end in an error.
class Pieces final : public ByteStream {
 public:
  Pieces(std::string bytes, std::size_t step, bool broken = false)
      : bytes_(std::move(bytes)), step_(step), broken_(broken) {}
  Result<std::size_t> read(char* to, std::size_t size) override {
    const std::size_t n = std::min({size, step_, bytes_.size() - at_});
    if (n == 0 && broken_) return fail(Code::Malformed, "the stream broke");
    bytes_.copy(to, n, at_);
    at_ += n;
    return n;
  }

 private:
  std::string bytes_;
  std::size_t step_, at_ = 0;
  bool broken_;
};

// A line is an event; a line that does not fit is rejected. Checks the promises of the window on the way.
class Lines : public Decoder {
 public:
  std::size_t decode(const Window& w, Batch& batch, Report& report) override {
    for (std::size_t i = 0; i < kPadding; ++i) EXPECT_EQ(w.bytes.data()[w.bytes.size() + i], '\0');
    EXPECT_EQ(w.offset, offset_);
    largest = std::max(largest, w.bytes.size());
    std::size_t at = 0;
    while (at < w.bytes.size() && !batch.full()) {
      std::size_t end = w.bytes.find('\n', at);
      if (end == Bytes::npos) {
        if (w.more == More::Coming) break;
        end = w.bytes.size();
        if (w.more == More::Full) {
          report.reject(w.offset + at, end - at, "too long");
          at = end;
          break;
        }
      }
      batch.begin(w.bytes.substr(at, end - at), w.offset + at, ++number_);
      batch.end();
      at = std::min(end + 1, w.bytes.size());
    }
    offset_ += at;
    return at;
  }
  std::size_t largest = 0;

 private:
  std::uint64_t offset_ = 0, number_ = 0;
};

struct Outcome {
  ReadSummary summary;
  SourceCoverage coverage;
  std::vector<std::string> records;
  std::vector<std::uint64_t> offsets;
};

Outcome read(Decoder& decoder, ByteStream& from, std::size_t record_bytes) {
  Names names(1000);
  LogSources sources;
  Batch batch(names, sources);
  Outcome o;
  Report report(o.coverage, 10);
  Limits limits;
  limits.record_bytes = record_bytes;
  o.summary = read_all(from, decoder, batch, report, limits, [&](Batch& b) {
    EXPECT_FALSE(b.empty());
    for (std::size_t i = 0; i < b.size(); ++i) {
      o.records.emplace_back(b.record(i).raw);
      o.offsets.push_back(b.record(i).offset);
    }
  });
  EXPECT_EQ(o.summary.events, o.records.size());
  return o;
}

std::string text_of(std::size_t lines) {
  std::string s;
  for (std::size_t i = 0; i < lines; ++i) s += std::string(i * 7 % 61, static_cast<char>('a' + i % 26)) + '\n';
  return s;
}

TEST(ReadAll, GivesWhatANaiveSplitGives) {
  const std::string text = text_of(3000);
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, text.size()}) {
    for (const std::size_t record : {std::size_t{64}, std::size_t{1000}, std::size_t{16} << 20}) {
      Pieces from(text, step);
      Lines lines;
      const Outcome o = read(lines, from, record);
      ASSERT_EQ(o.records.size(), 3000u) << step << " " << record;
      std::size_t at = 0;
      for (std::size_t i = 0; i < o.records.size(); ++i) {
        ASSERT_EQ(o.offsets[i], at);
        ASSERT_EQ(o.records[i], text.substr(at, text.find('\n', at) - at));
        at += o.records[i].size() + 1;
      }
      EXPECT_TRUE(o.summary.whole);
      EXPECT_EQ(o.summary.bytes, text.size());
      EXPECT_EQ(o.coverage.reject_count, 0u);
    }
  }
}

TEST(ReadAll, GrowsTheWindowForALongRecord) {
  const std::string text = "one\n" + std::string(3u << 20, 'x') + "\ntwo\n";
  Pieces from(text, 100'000);
  Lines lines;
  const Outcome o = read(lines, from, 16u << 20);
  ASSERT_EQ(o.records.size(), 3u);
  EXPECT_EQ(o.records[1].size(), 3u << 20);
  EXPECT_EQ(o.records[2], "two");
  EXPECT_LE(lines.largest, 8u << 20);
}

TEST(ReadAll, SaysFullWhenARecordDoesNotFitAndGoesOnBehindIt) {
  const std::string text = "one\n" + std::string(250, 'x') + "\ntwo\n";
  Pieces from(text, 33);
  Lines lines;
  const Outcome o = read(lines, from, 100);
  EXPECT_EQ(o.records.front(), "one");
  EXPECT_EQ(o.records.back(), "two");
  EXPECT_EQ(o.coverage.reject_count,
            2u);  // two windows full of x; the rest ends with a line end and passes as a record
  EXPECT_EQ(o.coverage.rejects[0].offset, 4u);
  EXPECT_LE(lines.largest, 100u);
}

TEST(ReadAll, DecodesWhatCameBeforeAnErrorAndSaysPartial) {
  Pieces from("one\ntwo\nthr", 5, true);
  Lines lines;
  const Outcome o = read(lines, from, 1000);
  EXPECT_EQ(o.records, (std::vector<std::string>{"one", "two", "thr"}));
  EXPECT_FALSE(o.summary.whole);
  EXPECT_EQ(o.coverage.state, ReadState::Partial);
  EXPECT_EQ(o.coverage.why, "the stream broke");
}

TEST(ReadAll, AnEmptyStreamIsWhole) {
  Pieces from("", 1);
  Lines lines;
  const Outcome o = read(lines, from, 1000);
  EXPECT_TRUE(o.summary.whole);
  EXPECT_EQ(o.summary.bytes, 0u);
}

class Lazy final : public Decoder {
 public:
  std::size_t decode(const Window&, Batch&, Report&) override { return 0; }
};

TEST(ReadAll, StopsADecoderThatTakesNothing) {
  Lazy lazy;
  Pieces small("abc", 1), large(std::string(5000, 'x'), 100);
  const Outcome a = read(lazy, small, 1000), b = read(lazy, large, 1000);
  EXPECT_EQ(a.coverage.reject_count, 1u);
  EXPECT_EQ(a.coverage.rejects[0].length, 3u);
  EXPECT_EQ(b.coverage.reject_count, 1u);
  EXPECT_FALSE(a.summary.whole || b.summary.whole);
}

// Makes events of nothing, for ever: inside the data or behind its end.
class Endless final : public Decoder {
 public:
  explicit Endless(bool behind) : behind_(behind) {}
  std::size_t decode(const Window& w, Batch& batch, Report&) override {
    if (behind_ && !w.bytes.empty()) return w.bytes.size();
    batch.begin({}, w.offset, 1);
    batch.end();
    return 0;
  }

 private:
  bool behind_;
};

TEST(ReadAll, StopsADecoderThatNeverEnds) {
  for (const bool behind : {false, true}) {
    Endless endless(behind);
    Pieces from("abc", 3);
    const Outcome o = read(endless, from, 1000);
    EXPECT_EQ(o.coverage.reject_count, 1u);
    EXPECT_FALSE(o.summary.whole);
  }
}

class Greedy final : public Decoder {
 public:
  std::size_t decode(const Window& w, Batch&, Report&) override { return w.bytes.size() + 1000; }
};

TEST(ReadAll, DoesNotBelieveADecoderThatTookMoreThanThereWas) {
  Greedy greedy;
  Pieces from("abc", 3);
  EXPECT_TRUE(read(greedy, from, 1000).summary.whole);
}

// Keeps every line until the next one is there, as decoders that join records do.
class Joining final : public Decoder {
 public:
  std::size_t decode(const Window& w, Batch& batch, Report&) override {
    if (w.bytes.empty()) {
      if (held_.empty()) return 0;
      batch.begin(batch.arena().keep(held_.front()), 0, 1);
      batch.end();
      held_.erase(held_.begin());
      return 0;
    }
    const std::size_t end = w.bytes.find('\n');
    if (end == Bytes::npos) return w.more == More::Coming ? 0 : w.bytes.size();
    held_.emplace_back(w.bytes.substr(0, end));
    return end + 1;
  }

 private:
  std::vector<std::string> held_;
};

TEST(ReadAll, AsksForEventsHeldBackUntilThereAreNone) {
  Joining joining;
  Pieces from("a\nb\nc\n", 2);
  const Outcome o = read(joining, from, 1000);
  EXPECT_EQ(o.records, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE(o.summary.whole);
}

TEST(Head, ShowsTheFirstBytesAndReplaysThem) {
  const std::string text = text_of(5000);
  Pieces from(text, 1000);
  Head head(from);
  EXPECT_EQ(head.look(10), text.substr(0, 10));
  const Bytes seen = head.look();
  EXPECT_EQ(seen, text.substr(0, kHeadBytes));
  EXPECT_EQ(seen.data()[seen.size()], '\0');
  EXPECT_FALSE(head.whole());
  std::string all;
  char buffer[777];
  while (true) {
    const Result<std::size_t> n = head.read(buffer, sizeof buffer);
    ASSERT_TRUE(n);
    if (*n == 0) break;
    all.append(buffer, *n);
  }
  EXPECT_EQ(all, text);
}

TEST(Head, KnowsTheWholeAndKeepsAnErrorForLater) {
  Pieces good("abc", 2), bad("abc", 2, true);
  Head whole(good), cut(bad);
  EXPECT_EQ(whole.look(), "abc");
  EXPECT_TRUE(whole.whole());
  EXPECT_EQ(cut.look(), "abc");
  EXPECT_FALSE(cut.whole());
  char buffer[16];
  EXPECT_EQ(cut.read(buffer, 16).value(), 3u);
  EXPECT_FALSE(cut.read(buffer, 16));
  EXPECT_EQ(whole.read(buffer, 16).value(), 3u);
  EXPECT_EQ(whole.read(buffer, 16).value(), 0u);
}

}  // namespace
}  // namespace reader_test
}  // namespace custos::ingest
