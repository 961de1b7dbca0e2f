// Folders that are encrypted to recipients: what those read, what everybody can check, and that nothing lies open that should not.
#include <gtest/gtest.h>

#include <algorithm>

#include "evidence/age/entry_seal.h"
#include "evidence/check/check_folder.h"
#include "evidence/check/store_for_test.h"
#include "evidence/log/contents.h"
#include "evidence/log/reader.h"

namespace custos::evidence {
namespace {

const AgeIdentity& reader() {
  static const AgeIdentity identity = *make_identity();
  return identity;
}

CheckReport check_as(FileSystem& files, Keyring keyring) {
  CheckOptions options;
  options.key = test_key();
  options.keyring = std::move(keyring);
  return *check_folder(files, "/e", options);
}

std::string first_wrong_of(const CheckReport& r) { return r.problems.empty() ? "" : r.problems[0]; }

bool says(const std::vector<std::string>& sentences, std::string_view what) {
  return std::any_of(sentences.begin(), sentences.end(), [&](const std::string& s) { return s.find(what) != std::string::npos; });
}

}  // namespace

TEST(Encrypted, ARecipientReadsAllOthersCheckTheStructure) {
  CrashingFiles files;
  make_test_store(files, &reader());
  const CheckReport whole = check_as(files, keyring_of(reader())), structure = check_as(files, {}), stranger = check_as(files, keyring_of(*make_identity()));
  EXPECT_TRUE(whole.holds()) << first_wrong_of(whole);
  EXPECT_TRUE(says(whole.checked, "6 records in 3 segments"));
  EXPECT_FALSE(says(whole.not_checked, "encrypted"));
  for (const CheckReport* r : {&structure, &stranger}) {
    EXPECT_TRUE(r->holds()) << first_wrong_of(*r);
    EXPECT_TRUE(says(r->not_checked, "6 entries are encrypted"));
    EXPECT_TRUE(says(r->checked, "3 segments that no readable entry speaks of"));
  }
  auto log = std::move(*LogReader::open(files, "/e"));
  EXPECT_TRUE(log->entry(0));
  EXPECT_EQ(log->entry(2).error().code, Code::Denied);
  EXPECT_NE(log->entry(2).error().text.find("--identity"), std::string::npos);
}

TEST(Encrypted, NothingOfWhatWasReadLiesOpen) {
  CrashingFiles files;
  make_test_store(files, &reader());
  {
    auto log = std::move(*open_test_log(files));
    ASSERT_TRUE(log->append(test_record("view", {{"what", "finding"}, {"about", "anna"}})));  // stays in the journal
  }
  for (const auto& [path, bytes] : files.content()) {
    for (const char* secret : {"anna", "logs/a.log", "LSASS", "E-2", "\"scan\"", "\"view\"", "coverage"})
      EXPECT_EQ(bytes.find(secret), std::string::npos) << path << secret;
    EXPECT_TRUE(!path.starts_with("/e/segments/") || is_age(bytes)) << path;
  }
}

// With an identity every flipped byte is found; without one, every byte of the structure.
TEST(Encrypted, EveryFlippedByteIsFound) {
  CrashingFiles files;
  make_test_store(files, &reader());
  std::size_t flips = 0, unseen = 0;
  for (const auto& [path, bytes] : files.content()) {
    for (std::size_t i = 0; i < bytes.size(); i += path.starts_with("/e/segments/") ? 17 : 3) {
      std::string bad = bytes;
      bad[i] = static_cast<char>(bad[i] ^ (i % 2 == 0 ? 0x01 : 0x20));
      files.put(path, bad);
      EXPECT_FALSE(check_as(files, keyring_of(reader())).holds()) << path << " " << i;
      if (check_as(files, {}).holds()) {
        EXPECT_TRUE(path.starts_with("/e/tile/entries/")) << path << " " << i;
        ++unseen;
      }
      ++flips;
    }
    files.put(path, bytes);
  }
  EXPECT_GT(flips, 1200u);
  EXPECT_GT(unseen, 0u);
}

TEST(Encrypted, EveryOpeningBeginsAnEpochWithAKeyOfItsOwn) {
  CrashingFiles files;
  make_test_store(files, &reader());
  for (int i = 0; i < 2; ++i) {
    auto log = std::move(*open_test_log(files));
    ASSERT_TRUE(log->append(test_entry(1)));
    ASSERT_TRUE(log->checkpoint());
  }
  { auto idle = std::move(*open_test_log(files)); }  // nothing written: no epoch
  auto log = std::move(*LogReader::open(files, "/e", keyring_of(reader())));
  EXPECT_EQ(*epoch_of(*log->stored(2)), 1u);
  EXPECT_EQ(*epoch_of(*log->stored(9)), 2u);
  EXPECT_EQ(*epoch_of(*log->stored(11)), 3u);
  EXPECT_FALSE(files.exists("/e/epochs/4.age"));
  const auto content = files.content();
  EXPECT_NE(*age_open(content.at("/e/epochs/2.age"), keyring_of(reader())), *age_open(content.at("/e/epochs/3.age"), keyring_of(reader())));
}

// A crash at every operation: whatever was acknowledged can be read by the recipient, and no two entries of one index were sealed with one key.
TEST(Encrypted, SurvivesACrashAtEveryOperation) {
  std::uint64_t most = CrashingFiles::kNever;
  std::size_t recovered = 0;
  for (std::uint64_t crash_at = 1; crash_at < most; ++crash_at) {
    CrashingFiles files;
    files.crash_at = crash_at;
    std::vector<std::string> acknowledged;
    const auto live = [&] {
      auto log = make_test_log(files, "/e", {reader().recipient});
      if (!log) return;
      for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 3; ++i) {
          const std::string entry = test_entry(acknowledged.size());
          if (!(*log)->append(entry)) return;
          acknowledged.push_back(entry);
        }
        if (!(*log)->checkpoint()) return;
      }
      most = files.operations();
    };
    live();
    files.revive(crash_at);
    auto log = open_test_log(files);
    if (!log && acknowledged.empty()) continue;
    ASSERT_TRUE(log) << crash_at << log.error().text;
    recovered += (*log)->recovery().entries > 0;
    ASSERT_TRUE((*log)->append(test_entry(99)));
    ASSERT_TRUE((*log)->checkpoint());
    auto read = std::move(*LogReader::open(files, "/e", keyring_of(reader())));
    for (std::size_t i = 0; i < acknowledged.size(); ++i) ASSERT_EQ(read->entry(i + 2).value_or("unreadable"), acknowledged[i]) << crash_at;
    EXPECT_TRUE(read->entry(read->size() - 1));
  }
  EXPECT_GT(recovered, 10u);
}

TEST(Encrypted, RecipientsChangeFromHereOn) {
  CrashingFiles files;
  make_test_store(files);
  const AgeIdentity second = *make_identity();
  for (const AgeIdentity* next : {&reader(), &second}) {
    auto log = std::move(*open_test_log(files));
    SettingsChange change;
    change.recipients = std::vector{to_text(next->recipient)};
    ASSERT_TRUE(log->change(change));
    ASSERT_TRUE(log->append(test_entry(1)));
    ASSERT_TRUE(log->checkpoint());
  }
  // 0 to 6 open, 7 settings, 8 epoch, 9 to the first reader, 10 settings, 11 epoch, 12 to the second.
  const auto readable = [&](Keyring keyring) {
    auto log = std::move(*LogReader::open(files, "/e", std::move(keyring)));
    std::string yes;
    for (std::uint64_t i = 0; i < log->size(); ++i) yes += log->entry(i) ? 'y' : '-';
    return yes;
  };
  EXPECT_EQ(readable({}), "yyyyyyyyy-yy-");
  EXPECT_EQ(readable(keyring_of(reader())), "yyyyyyyyyyyy-");
  EXPECT_EQ(readable(keyring_of(second)), "yyyyyyyyy-yyy");
  EXPECT_EQ(readable(std::make_shared<const std::vector<AgeIdentity>>(std::vector{reader(), second})), "yyyyyyyyyyyyy");
  for (const Keyring& k : {Keyring(), keyring_of(reader()), keyring_of(second)}) EXPECT_TRUE(check_as(files, k).holds()) << first_wrong_of(check_as(files, k));
}

}  // namespace custos::evidence
