#include <gtest/gtest.h>

#include <algorithm>

#include "evidence/check/check_folder.h"
#include "evidence/check/store_for_test.h"

namespace custos::evidence {
namespace {

CheckReport check(FileSystem& files, CheckOptions options = {}) {
  if (!options.key) options.key = test_key();
  auto report = check_folder(files, "/e", options);
  if (report) return std::move(*report);
  CheckReport refused;
  refused.problem(report.error().text);
  return refused;
}

std::string first_problem(const CheckReport& r) { return r.problems.empty() ? "" : r.problems[0]; }

}  // namespace

TEST(CheckFolder, AGoodOneHoldsAndSaysWhatWasChecked) {
  CrashingFiles files;
  make_test_store(files);
  const CheckReport r = check(files);
  EXPECT_TRUE(r.holds()) << first_problem(r);
  EXPECT_EQ(r.size, 7u);
  EXPECT_TRUE(r.key_vouched);
  EXPECT_EQ(r.checked.size(), 6u);
}

TEST(CheckFolder, EveryFlippedByteOfASmallStoreIsFound) {
  CrashingFiles files;
  make_test_store(files);
  std::size_t flips = 0;
  for (const auto& [path, bytes] : files.content()) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      std::string bad = bytes;
      bad[i] = static_cast<char>(bad[i] ^ (i % 3 == 0 ? 0x01 : i % 3 == 1 ? 0x20 : 0x80));
      files.put(path, bad);
      EXPECT_FALSE(check(files).holds()) << path << " " << i;
      ++flips;
    }
    files.put(path, bytes);
  }
  EXPECT_TRUE(check(files).holds());
  EXPECT_GT(flips, 4000u);
}

TEST(CheckFolder, EveryMissingCutOrAddedFileIsFound) {
  CrashingFiles files;
  make_test_store(files);
  for (const auto& [path, bytes] : files.content()) {
    if (!path.ends_with("/lock")) {
      EXPECT_TRUE(files.remove(path));
      EXPECT_FALSE(check(files).holds()) << path;
      files.put(path, bytes.substr(0, bytes.size() / 2));
      EXPECT_FALSE(check(files).holds()) << path;
    }
    files.put(path, bytes + "x");
    EXPECT_FALSE(check(files).holds()) << path;
    files.put(path, bytes);
  }
  for (const char* path :
       {"/e/notes.txt", "/e/tile/0/001", "/e/tile/0/000.p/9", "/e/tile/entries/001.p/1", "/e/journal/99", "/e/checkpoints/3", "/e/tile/odd"}) {
    files.put(path, "x");
    EXPECT_FALSE(check(files).holds()) << path;
    EXPECT_TRUE(files.remove(path));
  }
  EXPECT_TRUE(check(files).holds());
}

// Whole tiles, the right edge, and partial tiles that a crash left: each is held against the entries.
TEST(CheckFolder, EveryTileOfALargerLogIsHeldAgainstTheEntries) {
  CrashingFiles files;
  {
    auto log = std::move(*make_test_log(files));
    for (int i = 0; i < 300; ++i) ASSERT_TRUE(log->add(test_entry(1)));
    const auto before = log->checkpoint();
    ASSERT_TRUE(before);
    ASSERT_TRUE(replace_file(files, "/e/checkpoints", "301", to_text(*before)));
    for (int i = 0; i < 300; ++i) ASSERT_TRUE(log->add(test_entry(2)));
    ASSERT_TRUE(log->checkpoint());
    for (int i = 0; i < 300; ++i) ASSERT_TRUE(log->add(test_entry(3)));  // fill tiles that are not on the disk yet
    ASSERT_TRUE(log->append(test_entry(4)));
  }
  const auto whole = files.content();
  files.put("/e/tile/0/001.p/45", whole.at("/e/tile/0/001").substr(0, 45 * 32));
  CheckOptions seen;
  seen.checkpoints = {whole.at("/e/checkpoints/301")};
  EXPECT_TRUE(check(files, seen).holds()) << first_problem(check(files, seen));
  EXPECT_NE(check(files).not_checked[1].find("1 tiles are left over"), std::string::npos) << check(files).not_checked[1];
  std::size_t damaged = 0;
  for (const auto& [path, bytes] : files.content()) {
    if (!path.starts_with("/e/tile/")) continue;
    for (const std::size_t at : {std::size_t{0}, bytes.size() / 2, bytes.size() - 1}) {
      std::string bad = bytes;
      bad[at] = static_cast<char>(bad[at] ^ 4);
      files.put(path, bad);
      EXPECT_FALSE(check(files).holds()) << path << " " << at;
    }
    files.put(path, bytes);
    ++damaged;
  }
  EXPECT_EQ(damaged, 8u);  // hashes 000, 001, 002.p/89 and 001.p/45, one file above them; entries 000, 001, 002.p/89
  files.put("/e/tile/0/000.p/9", std::string(9 * 32, 'x'));
  EXPECT_FALSE(check(files).holds());
}

TEST(CheckFolder, TruncationAndAnotherHistoryAreFoundByACheckpointSeenElsewhere) {
  CrashingFiles files;
  make_test_store(files);
  const auto short_store = files.content();
  {
    auto log = std::move(*open_test_log(files));
    ASSERT_TRUE(log->append(test_record("view", {{"what", "finding"}, {"about", "x"}})));
    ASSERT_TRUE(log->checkpoint());
  }
  CheckOptions seen;
  seen.checkpoints = {files.content().at("/e/checkpoint"), short_store.at("/e/checkpoint")};
  EXPECT_TRUE(check(files, seen).holds()) << first_problem(check(files, seen));
  // Cut back to what it was: whole in itself, and found.
  CrashingFiles cut;
  for (const auto& [path, bytes] : short_store) cut.put(path, bytes);
  EXPECT_TRUE(check(cut).holds());
  EXPECT_NE(first_problem(check(cut, seen)).find("cut short"), std::string::npos);
  // Another entry in the place of the one that was signed.
  {
    auto log = std::move(*open_test_log(cut));
    ASSERT_TRUE(log->append(test_record("view", {{"what", "finding"}, {"about", "something else"}})));
    ASSERT_TRUE(log->checkpoint());
  }
  EXPECT_TRUE(check(cut).holds());
  EXPECT_NE(first_problem(check(cut, seen)).find("another history"), std::string::npos);
}

TEST(CheckFolder, AnotherKeyIsRefusedAndNobodyVouchingIsSaid) {
  CrashingFiles files;
  make_test_store(files);
  CheckOptions other;
  other.key = verifier_key(kTestOrigin, SignatureType::Ed25519, std::string(32, 'k'));
  EXPECT_FALSE(check(files, other).holds());
  const auto r = check_folder(files, "/e", {});
  ASSERT_TRUE(r);
  EXPECT_TRUE(r->holds());
  EXPECT_FALSE(r->key_vouched);
  const auto said = [](const std::string& sentence) { return sentence.find("nobody vouched") != std::string::npos; };
  EXPECT_TRUE(std::any_of(r->not_checked.begin(), r->not_checked.end(), said));
}

TEST(CheckFolder, ACrashedStoreThatWasMendedVerifies) {
  CrashingFiles files;
  make_test_store(files);
  {
    auto log = std::move(*open_test_log(files));
    ASSERT_TRUE(log->append(test_record("view", {{"what", "finding"}, {"about", "x"}})));
  }
  const CheckReport r = check(files);
  EXPECT_TRUE(r.holds()) << first_problem(r);
  EXPECT_NE(r.not_checked[0].find("under no signature"), std::string::npos);
}

}  // namespace custos::evidence
