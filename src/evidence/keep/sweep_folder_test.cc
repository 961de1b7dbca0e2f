#include "evidence/keep/sweep_folder.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "evidence/keep/keep_for_test.h"
#include "evidence/keep/retention.h"
#include "evidence/log/journal.h"

namespace custos::evidence {
namespace {

Result<SweepReport> sweep(FileSystem& files, bool look = false, std::vector<std::string> copies = {"/c"}) {
  return sweep_folder(files, {"/e", std::move(copies), look, look ? std::string() : test_signer().public_key(), {}});
}

std::string flipped(std::string bytes, std::size_t at) {
  bytes[at] = static_cast<char>(bytes[at] ^ (at % 2 == 0 ? 0x01 : 0x20));
  return bytes;
}

bool has(const std::vector<std::string>& all, const std::string& one) { return std::find(all.begin(), all.end(), one) != all.end(); }

// Damaged so, the folder is restored to the byte, and looking alone finds it and changes nothing.
void expect_restored(CrashingFiles& files, const std::map<std::string, std::string>& good, const std::string& path, const char* how) {
  const auto bad = below(files, "/e");
  const auto looked = sweep(files, true);
  ASSERT_TRUE(looked) << path << " " << how << " " << looked.error().text;
  EXPECT_TRUE(has(looked->damaged, path)) << path << " " << how;
  EXPECT_TRUE(below(files, "/e") == bad) << path << " " << how;
  const auto done = sweep(files);
  ASSERT_TRUE(done) << path << " " << how << " " << done.error().text;
  EXPECT_EQ(done->damaged, looked->damaged);
  EXPECT_EQ(done->restored, done->damaged) << path << " " << how << (done->left.empty() ? "" : done->left[0].why);
  EXPECT_TRUE(done->whole());
  EXPECT_TRUE(below(files, "/e") == good) << path << " " << how;
}

}  // namespace

TEST(SweepFolder, AWholeOneIsWhole) {
  CrashingFiles files;
  make_large_store(files);
  const auto alone = sweep(files, true, {});
  ASSERT_TRUE(alone) << alone.error().text;
  EXPECT_TRUE(alone->whole());
  EXPECT_TRUE(alone->damaged.empty());
  EXPECT_EQ(alone->segments, 3u);
  EXPECT_EQ(alone->files, below(files, "/e").size());
  ASSERT_TRUE(copy(files));
  EXPECT_TRUE(sweep(files)->damaged.empty());
}

TEST(SweepFolder, EachFileDamagedCutOrRemovedIsRestoredFromACopy) {
  CrashingFiles files;
  make_large_store(files);
  ASSERT_TRUE(copy(files));
  const auto good = below(files, "/e");
  for (const auto& [path, bytes] : good) {
    for (const std::size_t at : {std::size_t{0}, bytes.size() / 3, bytes.size() / 2, bytes.size() - 1}) {
      files.put("/e/" + path, flipped(bytes, at));
      expect_restored(files, good, path, ("flipped at " + std::to_string(at)).c_str());
    }
    files.put("/e/" + path, bytes.substr(0, bytes.size() / 2));
    expect_restored(files, good, path, "cut");
    ASSERT_TRUE(files.remove("/e/" + path));
    expect_restored(files, good, path, "removed");
  }
  EXPECT_TRUE(holds(files, "/e")) << problem_of(files, "/e");
}

// What the folder says twice needs no copy.
TEST(SweepFolder, WhatFollowsFromOtherFilesIsRestoredWithoutACopy) {
  CrashingFiles files;
  make_large_store(files);
  const auto good = below(files, "/e");
  std::set<std::string> lost;
  for (const auto& [path, bytes] : good) {
    ASSERT_TRUE(files.remove("/e/" + path));
    const auto done = sweep(files, false, {});
    const bool same = below(files, "/e") == good;
    if (!same) lost.insert(path.substr(0, path.find('/') == std::string::npos ? path.size() : path.rfind('/')));
    if (done) {
      EXPECT_EQ(done->whole(), same) << path;
    }
    files.put("/e/" + path, bytes);
    ASSERT_TRUE(below(files, "/e") == good);
  }
  for (const char* path : {"log.json", "tile/0", "tile/1/000.p", "tile/0/001.p"}) EXPECT_FALSE(lost.contains(path)) << path;
  for (const char* path : {"checkpoint", "journal", "tile/entries", "tile/entries/001.p"}) EXPECT_TRUE(lost.contains(path)) << path;
}

TEST(SweepFolder, AllTilesAndSegmentsGoneAtOnce) {
  CrashingFiles files;
  make_large_store(files);
  ASSERT_TRUE(copy(files));
  const auto good = below(files, "/e");
  for (const auto& [path, bytes] : good) {
    if (path.starts_with("tile/") || path.starts_with("segments/") || path == "log.json") {
      ASSERT_TRUE(files.remove("/e/" + path));
    }
  }
  const auto done = sweep(files);
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_TRUE(done->whole());
  EXPECT_TRUE(below(files, "/e") == good);
}

TEST(SweepFolder, AnOlderCopyRestoresWhatItHas) {
  CrashingFiles files;
  make_large_store(files);
  ASSERT_TRUE(copy(files));
  add_views(files, 5);
  const auto good = below(files, "/e");
  std::size_t restored = 0;
  std::set<std::string> left;
  for (const auto& [path, bytes] : good) {
    for (std::size_t at = 0; at < bytes.size(); at += 1 + bytes.size() / 7) {
      files.put("/e/" + path, flipped(bytes, at));
      const auto done = sweep(files);
      ASSERT_TRUE(done) << path << " " << done.error().text;
      EXPECT_TRUE(has(done->damaged, path)) << path << " " << at;
      restored += done->whole();
      if (done->whole()) {
        EXPECT_TRUE(below(files, "/e") == good) << path;
      }
      if (!done->whole()) left.insert(path);
      files.put("/e/" + path, bytes);
    }
  }
  // Only what was written since exists but once.
  for (const std::string& path : left) EXPECT_TRUE(path == "checkpoint" || path.starts_with("journal/") || path.starts_with("tile/entries/001.p/")) << path;
  EXPECT_TRUE(left.contains("checkpoint"));
  EXPECT_GT(restored, 50u);
}

TEST(SweepFolder, ACheckpointIsNotPutBackWhereThatLosesEntries) {
  CrashingFiles files;
  make_large_store(files);
  ASSERT_TRUE(copy(files));
  add_views(files, 1);
  const auto good = below(files, "/e");
  ASSERT_TRUE(files.remove("/e/checkpoint"));
  const auto before = below(files, "/e");
  const auto done = sweep(files);
  ASSERT_TRUE(done);
  ASSERT_EQ(done->left.size(), 1u);
  EXPECT_NE(done->left[0].why.find("would lose"), std::string::npos) << done->left[0].why;
  EXPECT_TRUE(below(files, "/e") == before);
  // A newer copy is found further on.
  files.put("/e/checkpoint", good.at("checkpoint"));
  for (const auto& [path, bytes] : good) files.put("/d/" + path, bytes);
  ASSERT_TRUE(files.remove("/e/checkpoint"));
  const auto better = sweep(files, false, {"/c", "/d"});
  ASSERT_TRUE(better) << better.error().text;
  EXPECT_TRUE(better->whole());
  EXPECT_TRUE(below(files, "/e") == good);
}

// Entries behind the checkpoint are in the journal alone.
TEST(SweepFolder, AJournalIsMendedOnlyWhereNothingIsForgotten) {
  CrashingFiles files;
  make_test_store(files);
  add_views(files, 2, false);
  ASSERT_TRUE(copy(files));
  const auto shorter = below(files, "/e");
  add_views(files, 2, false);
  const auto good = below(files, "/e");
  const std::string path = "journal/7", whole = good.at(path), old = shorter.at(path);
  std::size_t mended = 0, left = 0, torn = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    files.put("/e/" + path, flipped(whole, at));
    const auto done = sweep(files);
    ASSERT_TRUE(done) << done.error().text;
    if (done->damaged.empty()) {
      ++torn;  // the last entry: as if a crash had cut it off, and nothing shows that it was acknowledged
      EXPECT_GT(at, old.size());
      continue;
    }
    if (done->whole()) {
      ++mended;
      EXPECT_TRUE(below(files, "/e") == good) << at;
    } else {
      ++left;
      EXPECT_GE(at, old.size());
      EXPECT_EQ(below(files, "/e").at(path), flipped(whole, at));
    }
  }
  EXPECT_EQ(mended, old.size());
  EXPECT_GT(left, 100u);
  EXPECT_GT(torn, 100u);
  // Cut to less than the copy has: the copy was made at this checkpoint, and nothing shows that there was more.
  files.put("/e/" + path, old.substr(0, old.size() - 1));
  EXPECT_TRUE(sweep(files)->whole());
  EXPECT_TRUE(below(files, "/e") == shorter);
  // A time stamp that the copy has not: its entry was in the journal that is gone.
  ASSERT_TRUE(files.remove("/e/" + path));
  files.put("/e/timestamps/7.tsr", "a reply");
  const auto done = sweep(files);
  ASSERT_TRUE(done);
  EXPECT_FALSE(done->whole());
  EXPECT_FALSE(files.exists("/e/" + path));
  ASSERT_TRUE(files.remove("/e/timestamps/7.tsr"));
  // And an older copy has not the journal at all.
  files.put("/e/" + path, whole);
  add_views(files, 1);
  ASSERT_TRUE(files.remove("/e/journal/12"));
  const auto older = sweep(files);
  ASSERT_TRUE(older);
  EXPECT_FALSE(older->whole());
}

// Who has the copy in his hands can't get a byte into the log by it.
TEST(SweepFolder, ACopyIsBelievedOnlyWhatTheSignatureProves) {
  CrashingFiles files;
  make_test_store(files);
  ASSERT_TRUE(copy(files));
  const auto good = below(files, "/e");
  // More in the copy's journal: said, not taken over.
  add_views(files, 1, false, "/c");
  const auto more = sweep(files);
  ASSERT_TRUE(more) << more.error().text;
  ASSERT_EQ(more->left.size(), 1u);
  EXPECT_NE(more->left[0].why.find("1 more entries under no signature"), std::string::npos) << more->left[0].why;
  EXPECT_TRUE(below(files, "/e") == good);
  // A log of the same name with a key of its own, and the checkpoint here gone.
  ASSERT_TRUE(Log::create(files, {"/d"}, other_signer(), *begin_settings(kTestOrigin, {}, other_signer(), kTestTime, {})));
  ASSERT_TRUE(files.remove("/e/checkpoint"));
  const auto before = below(files, "/e");
  EXPECT_FALSE(sweep(files, false, {"/d"}));
  EXPECT_TRUE(below(files, "/e") == before);
  // And a key that is not the log's changes nothing.
  const auto denied = sweep_folder(files, {"/e", {"/c"}, false, other_signer().public_key(), {}});
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().code, Code::Denied);
  EXPECT_TRUE(below(files, "/e") == before);
}

TEST(SweepFolder, AFolderBehindItsCopyOrBesideItIsNoMatterOfRepair) {
  CrashingFiles files;
  make_test_store(files);
  const auto old = below(files, "/e");
  add_views(files, 2);
  ASSERT_TRUE(copy(files));
  const auto refused = [&](const char* why) {
    const auto before = below(files, "/e");
    const auto done = sweep(files);
    ASSERT_FALSE(done) << why;
    EXPECT_NE(done.error().text.find(why), std::string::npos) << done.error().text;
    EXPECT_TRUE(below(files, "/e") == before);
  };
  for (const auto& [path, bytes] : below(files, "/e")) ASSERT_TRUE(files.remove("/e/" + path));
  for (const auto& [path, bytes] : old) files.put("/e/" + path, bytes);
  refused("was put back");
  add_views(files, 2);
  refused("forked");
  add_views(files, 2);
  refused("another history");
  EXPECT_EQ(sweep(files, false, {"/nothing"}).error().code, Code::NotFound);
}

TEST(SweepFolder, ADeletionThatWasCutOffIsFinishedAndADeletedSegmentIsNotMissed) {
  CrashingFiles files;
  make_test_store(files);
  ASSERT_TRUE(copy(files));
  const Contents contents = contents_of(files);
  const std::string path = segment_path(contents.segments[0].file);
  const std::string bytes = files.content().at("/e/" + path);
  {
    auto log = std::move(*open_test_log(files));
    const Segments segments{&contents.segments[0]};
    ASSERT_TRUE(delete_on_record(files, "/e", *log, *deletion_entries({}, kTestTime, segments), segments));
  }
  EXPECT_FALSE(files.exists("/e/" + path));
  EXPECT_TRUE(sweep(files)->damaged.empty());
  EXPECT_FALSE(files.exists("/e/" + path));  // the copy has it still, and it is not missed
  files.put("/e/" + path, bytes);
  EXPECT_FALSE(sweep(files, true)->whole());
  EXPECT_TRUE(files.exists("/e/" + path));
  const auto done = sweep(files);
  EXPECT_TRUE(done->whole());
  EXPECT_EQ(done->finished.size(), 1u);
  EXPECT_FALSE(files.exists("/e/" + path));
  EXPECT_TRUE(holds(files, "/e")) << problem_of(files, "/e");
}

TEST(SweepFolder, ACrashWhileItRestoresIsNoHarm) {
  std::size_t runs = 0;
  for (std::uint64_t at = 0; at < 500; ++at) {
    bool through = false;
    for (int how = 0; how < 3; ++how) {
      CrashingFiles files;
      make_durable_store(files);
      ASSERT_TRUE(copy(files));
      const auto good = below(files, "/e");
      std::size_t n = 0;
      for (const auto& [path, bytes] : good) files.put("/e/" + path, ++n % 2 == 0 ? flipped(bytes, bytes.size() / 2) : bytes.substr(0, 1));
      files.break_after(static_cast<int>(at));
      through = sweep(files).has_value();
      if (how < 2) files.crash(how == 0 ? CrashingFiles::Crash::LosesNames : CrashingFiles::Crash::KeepsNames);
      if (how == 2) files.revive(at);
      const auto done = sweep(files);
      ASSERT_TRUE(done) << at << " " << done.error().text;
      EXPECT_TRUE(done->whole()) << at << " " << (done->whole() ? "" : done->left[0].path + done->left[0].why);
      EXPECT_TRUE(below(files, "/e") == good) << at;
      ++runs;
    }
    if (through) break;
  }
  EXPECT_GT(runs, 100u);
}

// Without an identity what lies open is checked, and that is said; with one as much as of any other folder.
TEST(SweepFolder, AnEncryptedFolderIsSweptAsFarAsItCanBeRead) {
  CrashingFiles files;
  const AgeIdentity anna = *make_identity();
  make_test_store(files, &anna);
  const auto copied = copy_folder(files, {"/e", "/c", false, nullptr, {}});
  ASSERT_TRUE(copied) << copied.error().text;
  const auto good = below(files, "/e");
  EXPECT_TRUE(below(files, "/c") == good);
  const auto blind = sweep(files);
  ASSERT_TRUE(blind) << blind.error().text;
  EXPECT_TRUE(blind->damaged.empty());
  EXPECT_EQ(blind->segments, 3u);
  EXPECT_EQ(blind->not_checked.size(), 2u);
  const auto with = [&](const Keyring& keyring) {
    const auto done = sweep_folder(files, {"/e", {"/c"}, false, test_signer().public_key(), keyring});
    EXPECT_TRUE(done);
    return done && done->whole() && below(files, "/e") == good;
  };
  std::size_t unseen = 0;
  for (const auto& [path, bytes] : good) {
    for (std::size_t at = 0; at < bytes.size(); at += 1 + bytes.size() / 40) {
      files.put("/e/" + path, flipped(bytes, at));
      if (!with({})) {
        ++unseen;
        EXPECT_TRUE(path.starts_with("tile/entries/")) << path << " " << at;
      }
      files.put("/e/" + path, flipped(bytes, at));
      EXPECT_TRUE(with(keyring_of(anna))) << path << " " << at;
    }
    ASSERT_TRUE(files.remove("/e/" + path));
    EXPECT_EQ(with({}), !path.starts_with("segments/")) << path;  // it may have been deleted: only who reads the entries knows
    EXPECT_TRUE(with(keyring_of(anna))) << path;
  }
  EXPECT_GT(unseen, 10u);
}

TEST(SweepFolder, StrangersAreNamedAndUnfinishedFilesGo) {
  CrashingFiles files;
  make_test_store(files);
  files.put("/e/notes.txt", "x");
  files.put("/e/tile/0/007", "x");
  files.put("/e/checkpoint.new", "x");
  const auto done = sweep(files, false, {});
  ASSERT_TRUE(done);
  EXPECT_EQ(done->damaged, (std::vector<std::string>{"notes.txt", "tile/0/007"}));
  EXPECT_FALSE(done->whole());
  EXPECT_TRUE(files.exists("/e/notes.txt"));
  EXPECT_FALSE(files.exists("/e/checkpoint.new"));
}

}  // namespace custos::evidence
