#include "evidence/keep/copy_folder.h"

#include <gtest/gtest.h>

#include "evidence/keep/keep_for_test.h"
#include "evidence/keep/placer.h"
#include "evidence/keep/retention.h"

namespace custos::evidence {
namespace {

void remove_unfinished_files(CrashingFiles& files) {
  for (const auto& [path, bytes] : files.content()) {
    if (path.starts_with("/c/") && is_unfinished(path)) {
      ASSERT_TRUE(files.remove(path));
    }
  }
}

std::string first_segment(CrashingFiles& files) { return segment_path(contents_of(files).segments[0].file); }

}  // namespace

TEST(CopyFolder, IsTheSameAndHoldsByItself) {
  CrashingFiles files;
  make_large_store(files);
  const auto done = copy(files);
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_TRUE(done->is_new);
  EXPECT_EQ(done->size, 268u);
  EXPECT_TRUE(below(files, "/c") == below(files, "/e"));
  EXPECT_EQ(done->files, below(files, "/c").size());
  EXPECT_TRUE(holds(files, "/c")) << problem_of(files, "/c");
  const auto again = copy(files);
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->is_new);
  EXPECT_EQ(again->files, 0u);
  EXPECT_EQ(again->bytes, 0u);
}

TEST(CopyFolder, OnlyWhatIsNewIsWritten) {
  CrashingFiles files;
  make_large_store(files);
  ASSERT_TRUE(copy(files));
  add_views(files, 3);
  const auto done = copy(files);
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_EQ(done->files, 5u);  // a bridge, a tile, entries, a journal, the checkpoint
  EXPECT_TRUE(below(files, "/c") == below(files, "/e"));
  EXPECT_TRUE(holds(files, "/c")) << problem_of(files, "/c");
}

// The first copy: whatever a crash leaves is no log that anybody could go on with, and the next copy makes it whole.
TEST(CopyFolder, ACrashAtEveryOperationOfTheFirstLeavesWhatCanBeMadeWhole) {
  std::size_t runs = 0;
  for (std::uint64_t at = 0; at < 2000; ++at) {
    bool through = false;
    for (int how = 0; how < 4; ++how) {
      CrashingFiles files;
      make_durable_store(files);
      files.break_after(static_cast<int>(at));
      through = copy(files).has_value();
      if (how < 2) files.crash(how == 0 ? CrashingFiles::Crash::LosesNames : CrashingFiles::Crash::KeepsNames);
      if (how >= 2) files.revive(at * 2 + static_cast<std::uint64_t>(how));
      EXPECT_TRUE(holds(files, "/e")) << at;
      if (through) {
        EXPECT_TRUE(holds(files, "/c")) << at;
      }
      if (files.exists("/c/log.json") && !files.exists("/c/checkpoint")) {
        EXPECT_FALSE(open_test_log(files, "/c")) << at;
      }
      const auto again = copy(files);
      ASSERT_TRUE(again) << at << " " << how << " " << again.error().text << again.error().where;
      ASSERT_TRUE(below(files, "/c") == below(files, "/e")) << at << " " << how;
      ++runs;
    }
    if (through) break;
  }
  EXPECT_GT(runs, 200u);
}

// An update: the copy holds after each crash, for the old checkpoint or for the new one.
TEST(CopyFolder, ACrashAtEveryOperationOfAnUpdateLeavesACopyThatHolds) {
  CrashingFiles made;
  make_test_store(made);
  add_views(made, 240);
  ASSERT_TRUE(copy(made));
  add_views(made, 20);
  add_views(made, 2, false);
  std::size_t runs = 0, unfinished = 0;
  for (std::uint64_t at = 0; at < 2000; ++at) {
    bool through = false;
    for (int how = 0; how < 4; ++how) {
      CrashingFiles files;
      for (const auto& [path, bytes] : made.content()) files.put(path, bytes);
      files.break_after(static_cast<int>(at));
      through = copy(files).has_value();
      if (how < 2) files.crash(how == 0 ? CrashingFiles::Crash::LosesNames : CrashingFiles::Crash::KeepsNames);
      if (how >= 2) files.revive(at * 2 + static_cast<std::uint64_t>(how));
      unfinished += !holds(files, "/c");
      remove_unfinished_files(files);  // of which a verifier says that they don't belong there
      EXPECT_TRUE(holds(files, "/c")) << at << " " << how << " " << problem_of(files, "/c");
      ASSERT_TRUE(copy(files));
      ASSERT_TRUE(below(files, "/c") == below(files, "/e")) << at << " " << how;
      ++runs;
    }
    if (through) break;
  }
  EXPECT_GT(runs, 100u);
  EXPECT_LT(unfinished, runs / 2);
}

TEST(CopyFolder, RefusesWhatItDoesNotGoOnFromAndChangesNothing) {
  CrashingFiles files;
  make_test_store(files);
  ASSERT_TRUE(copy(files));
  const auto refused = [&](const char* why) {
    const auto before = below(files, "/c");
    const auto done = copy(files);
    ASSERT_FALSE(done) << why;
    EXPECT_NE(done.error().text.find(why), std::string::npos) << done.error().text;
    EXPECT_TRUE(below(files, "/c") == before);
  };
  const auto both = files.content();
  // Something was written to the copy: under no signature yet, then signed.
  add_views(files, 1, false, "/c");
  refused("newer");
  add_views(files, 1, true, "/c");
  refused("newer");
  // And to the log, too.
  add_views(files, 5);
  refused("another history");
  files.put("/c/checkpoint", "odd");
  refused("checkpoint is damaged");
  // Nothing that is not evidence is touched.
  CrashingFiles other;
  make_test_store(other);
  other.put("/c/letters.txt", "dear");
  const auto odd = copy(other);
  ASSERT_FALSE(odd);
  EXPECT_NE(odd.error().text.find("not empty"), std::string::npos) << odd.error().text;
  EXPECT_EQ(below(other, "/c").size(), 1u);
  // A log of another name.
  CrashingFiles third;
  make_test_store(third);
  ASSERT_TRUE(Log::create(third, {"/c"}, test_signer(), *begin_settings("other.example/e", {}, test_signer(), kTestTime, {})));
  const auto another = copy(third);
  ASSERT_FALSE(another);
  EXPECT_NE(another.error().text.find("another log, other.example/e"), std::string::npos) << another.error().text;
}

TEST(CopyFolder, AnEntryOfTheCopyThatTheLogHasNotIsAnotherHistory) {
  CrashingFiles files;
  make_test_store(files);
  ASSERT_TRUE(copy(files));
  add_views(files, 1, false, "/c");
  add_views(files, 2, false);
  const auto done = copy(files);
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().text.find("its entry 7 is not that of this log"), std::string::npos) << done.error().text;
}

TEST(CopyFolder, DamageIsNotCopied) {
  CrashingFiles files;
  make_large_store(files);
  ASSERT_TRUE(copy(files));
  const auto good = below(files, "/c");
  const std::string segment = first_segment(files);
  const Contents contents = contents_of(files);
  for (const auto& [path, bytes] : good) {
    if (path.starts_with("journal/")) continue;  // under no signature: a journal that is whole is right
    std::string bad = bytes;
    bad[bad.size() / 2] = static_cast<char>(bad[bad.size() / 2] ^ 1);
    files.put("/e/" + path, bad);
    static_cast<void>(copy_folder(files, {"/e", "/c", true, &contents, {}}));
    auto after = below(files, "/c");
    if (path == "log.json" || path.starts_with("checkpoints/") || path == "checkpoint") after[path] = bytes;  // these the sweep knows, and a verifier
    EXPECT_TRUE(after == good) << path;
    files.put("/e/" + path, bytes);
    ASSERT_TRUE(copy(files)) << path;
  }
  ASSERT_TRUE(files.remove("/e/" + segment));
  const auto done = copy(files);
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().text.find("sweep"), std::string::npos) << done.error().text;
  EXPECT_TRUE(below(files, "/c") == good);
}

TEST(CopyFolder, DamageToTheCopyIsFoundBySizeAndWithFullByItsBytes) {
  CrashingFiles files;
  make_large_store(files);
  ASSERT_TRUE(copy(files));
  const auto good = below(files, "/c");
  for (const auto& [path, bytes] : good) {
    if (path == "checkpoint" || path == "log.json" || path.starts_with("journal/")) continue;
    files.put("/c/" + path, bytes.substr(0, bytes.size() / 2));
    ASSERT_TRUE(copy(files)) << path;
    EXPECT_TRUE(below(files, "/c") == good) << path;
    std::string bad = bytes;
    bad[0] = static_cast<char>(bad[0] ^ 1);
    files.put("/c/" + path, bad);
    ASSERT_TRUE(copy(files, true)) << path;
    EXPECT_TRUE(below(files, "/c") == good) << path;
  }
}

TEST(CopyFolder, AFullDiskIsSaidAndTheCopyHolds) {
  CrashingFiles files;
  make_test_store(files);
  ASSERT_TRUE(copy(files));
  add_views(files, 100);
  std::size_t full = 0;
  for (std::uint64_t room = 0;; room += 3000) {
    files.room = room;
    const auto done = copy(files);
    files.room = CrashingFiles::kNever;
    EXPECT_TRUE(holds(files, "/c")) << room << " " << problem_of(files, "/c");
    if (done) break;
    EXPECT_NE(done.error().text.find("no space left"), std::string::npos) << done.error().text;
    ++full;
  }
  EXPECT_GT(full, 5u);
  EXPECT_TRUE(below(files, "/c") == below(files, "/e"));
}

TEST(CopyFolder, WhatWasDeletedOnRecordGoesFromTheCopyToo) {
  CrashingFiles files;
  make_test_store(files);
  ASSERT_TRUE(copy(files));
  const std::string segment = first_segment(files);
  {
    const Contents contents = contents_of(files);
    auto log = std::move(*open_test_log(files));
    const Segments segments{&contents.segments[0]};
    ASSERT_TRUE(delete_on_record(files, "/e", *log, *deletion_entries({}, kTestTime, segments), segments));
  }
  EXPECT_TRUE(files.exists("/c/" + segment));
  const auto unread = copy_folder(files, {"/e", "/c", false, nullptr, {}});  // nobody can read the entries
  ASSERT_TRUE(unread) << unread.error().text;
  EXPECT_TRUE(files.exists("/c/" + segment));
  const auto done = copy(files);
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_EQ(done->removed, 1u);
  EXPECT_FALSE(files.exists("/c/" + segment));
  EXPECT_TRUE(holds(files, "/c")) << problem_of(files, "/c");
}

// A disk that keeps other bytes than it was given.
class BadDisk final : public FileSystem {
 public:
  CrashingFiles good;
  Result<std::unique_ptr<AppendFile>> create(const std::string& path) override { return good.create(path); }
  Result<std::unique_ptr<AppendFile>> append_to(const std::string& path) override { return good.append_to(path); }
  Result<std::string> read(const std::string& path, std::uint64_t most) override { return good.read(path, most); }
  Result<std::string> read_from_disk(const std::string& path, std::uint64_t most) override {
    return good.read(path, most).map([](std::string bytes) {
      bytes.back() ^= 4;
      return bytes;
    });
  }
  Result<std::uint64_t> size(const std::string& path) override { return good.size(path); }
  Result<void> rename(const std::string& from, const std::string& to) override { return good.rename(from, to); }
  Result<void> remove(const std::string& path) override { return good.remove(path); }
  Result<void> make_folder(const std::string& path) override { return good.make_folder(path); }
  Result<void> sync_folder(const std::string& path) override { return good.sync_folder(path); }
  Result<void> sync_all(const std::string& path) override { return good.sync_all(path); }
  bool exists(const std::string& path) override { return good.exists(path); }
  PathKind kind(const std::string& path) override { return good.kind(path); }
  Result<std::vector<std::string>> list(const std::string& path) override { return good.list(path); }
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override { return good.lock(path); }
};

TEST(Placer, ADiskThatGivesBackSomethingElseIsNotTrusted) {
  BadDisk files;
  files.good.put("/c/a", "old");
  Placer placer(files, "/c");
  const auto done = placer.put("a", "new bytes");
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().text.find("can't be read back"), std::string::npos);
  EXPECT_EQ(files.good.content().at("/c/a"), "old");
  EXPECT_FALSE(files.exists("/c/a.new"));
}

TEST(Placer, KnowsTilesByTheirPaths) {
  std::uint64_t index = 0;
  unsigned width = 0;
  EXPECT_TRUE(parse_tile_path("tile/0/x001/234.p/17", index, width));
  EXPECT_EQ(index, 1234u);
  EXPECT_EQ(width, 17u);
  EXPECT_TRUE(parse_tile_path("tile/entries/000", index, width));
  EXPECT_EQ(width, 256u);
  for (const char* odd :
       {"tile/0/1", "tile/0/000.p/256", "tile/0/000.p/0", "tile/9/000", "tile/entries/00a", "segments/000", "tile/0/", "tile/", "tile/00/000"}) {
    EXPECT_FALSE(parse_tile_path(odd, index, width)) << odd;
  }
}

}  // namespace custos::evidence
