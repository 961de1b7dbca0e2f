#include "evidence/log/log.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "evidence/log/journal.h"
#include "evidence/log/log_for_test.h"
#include "evidence/log/reader.h"
#include "evidence/merkle/tree_hash.h"

namespace custos::evidence {
namespace {

std::unique_ptr<LogReader> read(FileSystem& files) {
  const VerifierKey key = test_key();
  auto reader = LogReader::open(files, "/e");
  EXPECT_TRUE(reader) << reader.error().text << " " << reader.error().where;
  return reader ? std::move(*reader) : nullptr;
}

// Every entry under the checkpoint has a proof that holds, and everything in the log is as it was given.
void expect_whole(FileSystem& files, const std::vector<std::string>& entries) {
  const auto reader = read(files);
  ASSERT_TRUE(reader);
  auto behind = reader->unsigned_entries();
  ASSERT_TRUE(behind) << behind.error().text;
  ASSERT_GE(reader->size() + behind->size(), entries.size() + 1);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::uint64_t index = i + 1;  // the first entry is the log's own
    if (index >= reader->size()) {
      EXPECT_EQ((*behind)[index - reader->size()].stored, entries[i]);
      continue;
    }
    EXPECT_EQ(*reader->entry(index), entries[i]);
    const auto proof = reader->inclusion(index);
    ASSERT_TRUE(proof) << proof.error().text;
    EXPECT_TRUE(proves_inclusion(*proof, leaf_hash(entries[i]), index, reader->size(), reader->head().root));
  }
}

}  // namespace

TEST(Log, KeepsEntriesOverCheckpointsAndOpenings) {
  CrashingFiles files;
  std::vector<std::string> entries;
  auto log = make_test_log(files);
  ASSERT_TRUE(log) << log.error().text << log.error().where;
  for (const std::size_t until : {0u, 1u, 3u, 254u, 255u, 256u, 300u, 700u, 70'000u}) {
    std::uint64_t last = 0;
    while (entries.size() < until) {
      entries.push_back(test_entry(entries.size()));
      last = *(*log)->add(entries.back());
    }
    EXPECT_TRUE(last == 0 || (*log)->wait(last));
    const auto note = (*log)->checkpoint();
    ASSERT_TRUE(note) << note.error().text << note.error().where;
    if (until <= 700) expect_whole(files, entries);
    log->reset();
    log = open_test_log(files);
    ASSERT_TRUE(log) << log.error().text << log.error().where;
    EXPECT_EQ((*log)->size(), entries.size() + 1);
    EXPECT_EQ((*log)->recovery().entries, 0u);
  }
  const auto reader = read(files);
  EXPECT_EQ(*reader->entry(70'000), entries.back());
  const auto later = reader->consistency(256);
  ASSERT_TRUE(later);
  // Partial tiles of earlier checkpoints are gone: 70,001 leaves make 273 + 1 full tiles, 3 partial ones, and 274 files of entries.
  std::size_t tiles = 0;
  for (const auto& [path, bytes] : files.content()) tiles += path.starts_with("/e/tile/");
  EXPECT_EQ(tiles, 273u + 1 + 3 + 274);
}

TEST(Log, RefusesAnotherKeyASecondWriterAndANonEmptyFolder) {
  CrashingFiles files;
  auto log = make_test_log(files);
  ASSERT_TRUE(log);
  EXPECT_FALSE(open_test_log(files));  // locked
  EXPECT_FALSE(make_test_log(files));
  log->reset();
  const auto other = open_key_file(*make_key_file("other"), "other");
  const auto refused = Log::open(files, {"/e"}, **other);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::Denied);
  EXPECT_TRUE(open_test_log(files));
  files.put("/full/photo.jpg", "x");
  EXPECT_FALSE(make_test_log(files, "/full"));
}

TEST(Log, ManyThreadsShareSyncsAndLoseNothing) {
  CrashingFiles files;
  auto log = make_test_log(files);
  ASSERT_TRUE(log);
  std::atomic<bool> stop{false};
  std::thread signs([&] {
    while (!stop) EXPECT_TRUE((*log)->checkpoint());
  });
  std::vector<std::thread> threads;
  std::vector<std::vector<std::pair<std::uint64_t, std::string>>> given(4);
  for (std::size_t t = 0; t < given.size(); ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < 500; ++i) {
        const std::string entry = test_entry(t * 1000 + i);
        const auto index = (*log)->append(entry);
        ASSERT_TRUE(index);
        given[t].emplace_back(*index, entry);
      }
    });
  }
  for (auto& t : threads) t.join();
  stop = true;
  signs.join();
  ASSERT_TRUE((*log)->checkpoint());
  const auto reader = read(files);
  ASSERT_EQ(reader->size(), 2001u);
  for (const auto& some : given) {
    for (const auto& [index, entry] : some) EXPECT_EQ(*reader->entry(index), entry);
  }
}

// The machine crashes at every single operation, three times with other chance: what was acknowledged is there, what was not is there whole or not at all.
TEST(Log, SurvivesACrashAtEveryOperation) {
  std::uint64_t most = CrashingFiles::kNever;
  std::size_t runs = 0, recovered = 0, torn = 0;
  for (std::uint64_t crash_at = 1; crash_at < most; ++crash_at) {
    for (std::uint64_t seed = 0; seed < 3; ++seed) {
      CrashingFiles files;
      files.crash_at = crash_at;
      std::vector<std::string> acknowledged, given;
      const auto live = [&] {
        auto log = make_test_log(files);
        if (!log) return;
        for (std::size_t round = 0; round < 3; ++round) {
          for (std::size_t i = 0; i < 90; i += 5) {
            std::uint64_t last = 0;
            for (std::size_t k = 0; k < 5; ++k) {
              given.push_back(test_entry(given.size()));
              const auto index = (*log)->add(given.back());
              if (!index) return;
              last = *index;
            }
            if (!(*log)->wait(last)) return;
            acknowledged = given;
          }
          if (!(*log)->checkpoint()) return;
        }
        most = files.operations();
      };
      live();
      files.revive(crash_at * 3 + seed);
      ++runs;
      auto log = open_test_log(files);
      if (!log && acknowledged.empty()) continue;  // it ended before there was a log
      ASSERT_TRUE(log) << crash_at << " " << seed << " " << log.error().text << log.error().where;
      recovered += (*log)->recovery().entries > 0;
      torn += (*log)->recovery().torn > 0;
      const std::uint64_t there = (*log)->size();
      ASSERT_GE(there, acknowledged.size() + 1) << crash_at << " " << seed;
      ASSERT_LE(there, given.size() + 1);
      given.resize(there - 1);
      expect_whole(files, given);
      // And it goes on.
      given.push_back(test_entry(99'999));
      ASSERT_TRUE((*log)->append(given.back()));
      ASSERT_TRUE((*log)->checkpoint());
      expect_whole(files, given);
      log->reset();
      ASSERT_TRUE(open_test_log(files));
    }
  }
  EXPECT_GT(runs, 500u);
  EXPECT_GT(recovered, 150u);
  EXPECT_GT(torn, 30u);
}

TEST(Log, AFullDiskIsSaidAndLosesNothing) {
  CrashingFiles files;
  std::vector<std::string> acknowledged;
  auto log = make_test_log(files);
  ASSERT_TRUE(log);
  files.room = 20'000;
  std::string why;
  for (int i = 0; i < 1000 && why.empty(); ++i) {
    const std::string entry = test_entry(acknowledged.size());
    const auto index = (*log)->append(entry);
    if (index) {
      acknowledged.push_back(entry);
    } else {
      why = index.error().text;
    }
  }
  EXPECT_NE(why.find("no space left"), std::string::npos) << why;
  EXPECT_FALSE((*log)->append(test_entry(1)));  // broken until opened again
  EXPECT_GT(acknowledged.size(), 20u);
  expect_whole(files, acknowledged);
  log->reset();
  files.room = CrashingFiles::kNever;
  log = open_test_log(files);
  ASSERT_TRUE(log) << log.error().text;
  EXPECT_GE((*log)->size(), acknowledged.size() + 1);
  expect_whole(files, acknowledged);
}

TEST(Log, DamageToAnAcknowledgedEntryIsNoTornWrite) {
  CrashingFiles files;
  std::string journal;
  {
    auto log = make_test_log(files);
    for (int i = 0; i < 5; ++i) ASSERT_TRUE((*log)->append(test_entry(static_cast<std::uint64_t>(i))));
    journal = files.content().at("/e/journal/1");
  }
  const std::size_t head = journal_head(1, kTestOrigin).size(), frame = (journal.size() - head) / 5;
  std::size_t refused = 0, torn = 0;
  for (std::size_t i = 0; i < journal.size(); ++i) {
    std::string bad = journal;
    bad[i] = static_cast<char>(bad[i] ^ 0x10);
    files.put("/e/journal/1", bad);
    const auto content = read_journal(bad, kTestOrigin);
    if (!content || content->damaged()) {
      EXPECT_LT(i, head + 4 * frame + 30) << i;
      EXPECT_FALSE(open_test_log(files));
      ++refused;
    } else {
      EXPECT_FALSE(content->rest.empty()) << i;  // the last entry: nothing behind it says that it was acknowledged
      ++torn;
    }
  }
  EXPECT_GT(refused, 4 * frame - 30);
  EXPECT_LE(torn, 2 * frame);
}

}  // namespace custos::evidence
