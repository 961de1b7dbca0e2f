#include <random>

#include <gtest/gtest.h>

#include "ingest/formats/evtx/read_for_test.h"
#include "ingest/formats/evtx/writer.h"

namespace custos::ingest::evtx {
namespace decoder_test {
namespace {

// `chunks` chunks of `each` events.
std::string log(int chunks, int each) {
  Writer w;
  for (int c = 0; c < chunks; ++c) {
    for (int i = 0; i < each; ++i) {
      EXPECT_TRUE(w.add({.channel = "Security",
                         .data = {{"N", Value::uint32(static_cast<std::uint32_t>(c * 1000 + i))},
                                  {"Text", Value::text("some text " + std::to_string(i))}}}));
    }
    w.end_chunk();
  }
  return w.file();
}

template <class T>
std::string with(std::string file, std::size_t at, T value) {
  file.replace(at, sizeof value, reinterpret_cast<const char*>(&value), sizeof value);
  return file;
}

std::uint32_t record_size(const std::string& file, std::size_t at) { return load_le<std::uint32_t>(file, at + 4); }
bool noted(const ReadAll& all, const std::string& what) { return all.coverage.notes.count(what) == 1; }

TEST(EvtxDecoder, RecognisesByContent) {
  const std::string file = log(1, 1);
  const auto sure = [](std::string_view s) { return format.recognise(s.substr(0, 65536), s.size() <= 65536); };
  EXPECT_EQ(sure(file), 100);
  EXPECT_EQ(sure(file.substr(4096)), 100);
  EXPECT_EQ(sure(std::string(4096, '\0') + file.substr(4096)), 100);
  EXPECT_GT(sure(std::string(777, '\x90') + file), 0);
  EXPECT_EQ(sure("ElfFile"), 0);
  EXPECT_EQ(sure("{\"text\": \"a log begins with ElfFile\\u0000\"}"), 0);
  EXPECT_EQ(sure(std::string("x ElfChnk\0 and then nothing", 27)), 0);
  EXPECT_EQ(sure(""), 0);
}

TEST(EvtxDecoder, EveryWindowSizeGivesTheSame) {
  const std::string file = log(3, 150);
  const ReadAll all = read_evtx(file);
  ASSERT_EQ(all.events.size(), 450u);
  EXPECT_TRUE(all.whole());
  EXPECT_TRUE(all.coverage.notes.empty());
  for (std::size_t i = 0; i < 450; ++i) EXPECT_EQ(all.events[i].number, i + 1);
  for (const std::size_t window : {1u, 100u, 4096u, 65536u, 70'001u, 131'072u}) {
    EXPECT_EQ(read_evtx(file, {}, window).events, all.events) << window;
  }
}

TEST(EvtxDecoder, AChunkThatFillsABatchGoesOnInTheNext) {
  Writer w;
  for (int i = 0; i < 10; ++i) {
    for (int k = 0; k < 200; ++k) ASSERT_TRUE(w.add({.data = {{"K", Value::uint32(static_cast<std::uint32_t>(k))}}}));
  }
  const ReadAll all = read_evtx(w.file());
  ASSERT_EQ(all.events.size(), 2000u);
  for (std::size_t i = 0; i < 2000; ++i) EXPECT_EQ(all.events[i].one("K"), std::to_string(i % 200));
}

TEST(EvtxDecoder, EveryTruncationIsReadAsFarAsItGoesAndSaysSo) {
  const std::string file = log(2, 3);
  const ReadAll all = read_evtx(file);
  ASSERT_EQ(all.events.size(), 6u);
  const std::size_t used = all.events[5].offset + all.events[5].raw.size();
  for (std::size_t n = 0; n <= file.size(); n += n < 10'000 || (n > 69'000 && n < used + 20) ? 1 : 997) {
    const ReadAll cut = read_evtx(std::string_view(file).substr(0, n));
    std::size_t whole = 0;
    for (const ReadEvent& e : all.events) whole += e.offset + e.raw.size() <= n;
    EXPECT_EQ(cut.events.size(), whole) << n;
    EXPECT_EQ(cut.whole(), n == 0 || n >= used) << n;
  }
}

TEST(EvtxDecoder, FlippedBitsNeverStopIt) {
  const std::string file = log(2, 4);
  std::mt19937 random(7);
  for (int i = 0; i < 600; ++i) {
    std::string bad = file;
    for (unsigned k = 0; k < 1u << (random() % 12); ++k) {
      const std::size_t at = random() % 2 == 0 ? random() % 8192 : random() % bad.size();
      bad[at] = static_cast<char>(bad[at] ^ (1 << (random() % 8)));
    }
    DecodeOptions options;
    options.carve = i % 2 == 0;
    read_evtx(bad, options);
  }
}

TEST(EvtxDecoder, ChecksumsAreNotedAndTheDataRead) {
  const std::string file = log(1, 3);
  EXPECT_TRUE(noted(read_evtx(with(file, 124, 1u)), "file header checksum mismatch"));
  EXPECT_TRUE(noted(read_evtx(with(file, 4096 + 124, 1u)), "chunk header checksum mismatch"));
  const ReadAll all = read_evtx(with(file, 4096 + 52, 1u));
  EXPECT_TRUE(noted(all, "chunk checksum mismatch"));
  EXPECT_EQ(all.events.size(), 3u);
  EXPECT_TRUE(all.whole());
}

TEST(EvtxDecoder, ADirtyLogIsNotedAndRecordsBehindTheAnnouncedEndAreRead) {
  std::string file = log(1, 4);
  const ReadAll all = read_evtx(file);
  file = with(with(file, 120, 1u), 4096 + 48, static_cast<std::uint32_t>(all.events[1].offset - 4096));
  const ReadAll dirty = read_evtx(file);
  EXPECT_EQ(dirty.events, all.events);
  EXPECT_TRUE(noted(dirty, "log was not closed"));
  EXPECT_EQ(dirty.coverage.notes.at("record behind the end its chunk announces"), 3u);
}

// Emptying a chunk by its free-space offset hides its records from every reader that trusts it.
TEST(EvtxDecoder, RecordsOfAChunkThatClaimsToBeEmptyAreRead) {
  const std::string file = log(1, 4);
  const ReadAll all = read_evtx(file);
  const ReadAll emptied = read_evtx(with(file, 4096 + 48, 512u));
  EXPECT_EQ(emptied.events, all.events);
  EXPECT_EQ(emptied.coverage.notes.at("record behind the end its chunk announces"), 4u);
}

TEST(EvtxDecoder, HeaderGoneJunkBeforeJunkAfter) {
  const std::string file = log(2, 3);
  for (const std::string& bad :
       {std::string(4096, '\0') + file.substr(4096), file.substr(4096), std::string(777, '\x90') + file,
        file + std::string(100'000, 'j'), std::string(777, '\x90') + file.substr(4096)}) {
    for (const std::size_t window : {std::size_t{100}, std::size_t{1} << 20}) {
      const ReadAll all = read_evtx(bad, {}, window);
      EXPECT_EQ(all.events.size(), 6u);
      EXPECT_FALSE(all.whole());
      EXPECT_EQ(all.coverage.reject_count, 1u) << all.coverage.why;
    }
  }
  const ReadAll junk = read_evtx(std::string(777, '\x90') + file);
  EXPECT_EQ(junk.coverage.rejects[0].offset, 0u);
  EXPECT_EQ(junk.coverage.rejects[0].length, 777u);
}

TEST(EvtxDecoder, UnusedSpaceIsNoLoss) {
  const std::string file = log(2, 3) + std::string(5 * 65536 + 123, '\0');
  const ReadAll all = read_evtx(file);
  EXPECT_EQ(all.events.size(), 6u);
  EXPECT_TRUE(all.whole());
  EXPECT_TRUE(all.coverage.notes.empty());
}

TEST(EvtxDecoder, ChunkSignatureDestroyedChunkZeroedChunkMissing) {
  const std::string file = log(3, 3);
  std::string bad = file;
  bad[4096 + 6] = 'x';
  const ReadAll magic = read_evtx(bad);
  EXPECT_EQ(magic.events.size(), 9u);
  EXPECT_FALSE(magic.whole());
  const ReadAll zeroed = read_evtx(file.substr(0, 4096) + std::string(65536, '\0') + file.substr(4096 + 65536));
  EXPECT_EQ(zeroed.events.size(), 6u);
  EXPECT_EQ(zeroed.coverage.why, "the source ends after 2 of 3 chunks");
  const ReadAll missing = read_evtx(file.substr(0, 4096) + file.substr(4096 + 65536));
  EXPECT_EQ(missing.events.size(), 6u);
  EXPECT_FALSE(missing.whole());
  const ReadAll doubled = read_evtx(file.substr(0, 4096 + 65536) + file.substr(4096));
  EXPECT_EQ(doubled.events.size(), 12u);
  EXPECT_TRUE(doubled.whole());
}

TEST(EvtxDecoder, AChunkThatLostBytesDoesNotSwallowTheNext) {
  const std::string file = log(2, 60);
  const ReadAll good = read_evtx(file);
  for (const std::size_t from : {good.events[20].offset, good.events[59].offset + 1000}) {
    std::string bad = file;
    bad.erase(from, 3001);
    const ReadAll all = read_evtx(bad);
    EXPECT_GT(all.events.size(), 60u);
    EXPECT_EQ(all.events.back().one("N"), "1059");
    // Unused space that is gone is no loss.
    EXPECT_EQ(all.whole(), from > good.events[59].offset);
  }
}

TEST(EvtxDecoder, ImpossibleRecordLengths) {
  const std::string file = log(1, 5);
  const ReadAll all = read_evtx(file);
  for (const std::size_t which : {0u, 2u, 4u}) {
    for (const std::uint32_t length : {0u, 1u, 23u, 27u, 65536u, 0x7FFFFFFFu, 0xFFFFFFFFu}) {
      const ReadAll bad = read_evtx(with(file, all.events[which].offset + 4, length));
      EXPECT_EQ(bad.events.size(), 5u) << which << ' ' << length;  // its second copy tells
      EXPECT_FALSE(bad.whole());
      EXPECT_EQ(bad.coverage.rejects.at(0).offset, all.events[which].offset + 4);
    }
    std::string bad = with(file, all.events[which].offset, 0u);
    const ReadAll gone = read_evtx(bad);
    EXPECT_EQ(gone.events.size(), 4u);
    EXPECT_EQ(gone.coverage.rejects.at(0).length, all.events[which].raw.size());
  }
}

TEST(EvtxDecoder, WildChunkHeaderFields) {
  const std::string file = log(2, 5);
  for (const std::size_t field : {8u, 16u, 24u, 32u, 40u, 44u, 48u}) {
    for (const std::uint32_t value : {0u, 511u, 65537u, 0x7FFFFFFFu, 0xFFFFFFFFu}) {
      const ReadAll all = read_evtx(with(file, 4096 + field, value));
      EXPECT_EQ(all.events.size(), 10u) << field << ' ' << value;
      EXPECT_TRUE(noted(all, "chunk header checksum mismatch"));
    }
  }
  std::string bad = file;
  for (std::size_t k = 0; k < 64; ++k) bad = with(bad, 4096 + 128 + 4 * k, 512u);
  for (std::size_t k = 0; k < 32; ++k) bad = with(bad, 4096 + 384 + 4 * k, 0xFFFFFFF0u);
  EXPECT_EQ(read_evtx(bad).events.size(), 10u);
}

TEST(EvtxDecoder, NumbersAndTimesBeyondSense) {
  std::string file = log(1, 3);
  const ReadAll all = read_evtx(file);
  for (const ReadEvent& e : all.events)
    file = with(with(file, e.offset + 8, ~std::uint64_t{0}), e.offset + 16, ~std::uint64_t{0});
  const ReadAll odd = read_evtx(file);
  ASSERT_EQ(odd.events.size(), 3u);
  EXPECT_EQ(odd.events[0].number, ~std::uint64_t{0});
  EXPECT_EQ(odd.events[0].time, all.events[0].time);
}

TEST(EvtxDecoder, CarvesSlackOnRequest) {
  std::string file = log(1, 6);
  const ReadAll all = read_evtx(file);
  // The header ends the chunk after two records; the next is overwritten, so the numbers break off.
  file = with(file, 4096 + 48, static_cast<std::uint32_t>(all.events[2].offset - 4096));
  file = with(file, all.events[2].offset, 0u);
  EXPECT_EQ(read_evtx(file).events.size(), 2u);
  DecodeOptions options;
  options.carve = true;
  const ReadAll carved = read_evtx(file, options);
  EXPECT_EQ(carved.events.size(), 5u);
  EXPECT_EQ(carved.coverage.notes.at("record carved from unused space"), 3u);
}

TEST(EvtxDecoder, ATornEndOfARecordIsReadAndSaid) {
  std::string file = log(1, 3);
  const ReadAll all = read_evtx(file);
  const ReadEvent& last = all.events[2];
  file.replace(last.offset + last.raw.size() - 6, 6, 6, '\0');
  EXPECT_EQ(record_size(file, last.offset), last.raw.size());
  file = with(file, 4096 + 48, static_cast<std::uint32_t>(last.offset + last.raw.size() + 800 - 4096));
  const ReadAll torn = read_evtx(file);
  EXPECT_EQ(torn.events.size(), 3u);
  EXPECT_FALSE(torn.whole());
}

TEST(EvtxDecoder, ALongSparseTailIsSkippedInSteps) {
  Names names;
  LogSources sources;
  Batch batch(names, sources);
  SourceCoverage coverage;
  Report report(coverage, 10);
  const auto decoder = format.open({});
  const std::string zeros(1u << 20, '\0');
  std::uint64_t offset = 0;
  for (int i = 0; i < 2000; ++i, offset += zeros.size()) {
    ASSERT_EQ(decoder->decode({Bytes(zeros).substr(0, zeros.size() - 64), offset, More::Coming}, batch, report),
              zeros.size() - 64);
  }
  EXPECT_TRUE(coverage.notes.empty());
  EXPECT_EQ(coverage.reject_count, 0u);
}

}  // namespace
}  // namespace decoder_test
}  // namespace custos::ingest::evtx
