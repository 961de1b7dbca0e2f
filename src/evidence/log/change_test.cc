// Settings that change: another key by rotation or loss, and that nobody but a key's owner can say so.
#include <gtest/gtest.h>

#include "evidence/check/check_folder.h"
#include "evidence/log/folder.h"
#include "evidence/log/log_for_test.h"
#include "evidence/log/reader.h"
#include "evidence/merkle/tree_hash.h"

namespace custos::evidence {
namespace {

VerifierKey other_key() { return verifier_key(kTestOrigin, SignatureType::Ed25519, other_signer().public_key()); }

CheckReport check_with(FileSystem& files, const VerifierKey& key) {
  CheckOptions options;
  options.key = key;
  return *check_folder(files, "/e", options);
}

std::string first_wrong(const CheckReport& r) { return r.problems.empty() ? "" : r.problems[0]; }

SettingsChange to_other_key() {
  SettingsChange change;
  change.key = &other_signer();
  change.time = 1'790'000'000'000'000;
  return change;
}

// A log of ten entries whose key was changed behind the fifth, with a checkpoint kept from before.
void rotated(FileSystem& files, bool lost) {
  auto log = std::move(*make_test_log(files));
  for (std::uint64_t i = 0; i < 4; ++i) ASSERT_TRUE(log->append(test_entry(i)));
  const auto before = log->checkpoint();
  ASSERT_TRUE(before);
  ASSERT_TRUE(replace_file(files, "/e/checkpoints", "5", to_text(*before)));
  if (lost) {
    log.reset();
    log = std::move(*Log::open(files, {"/e", {}, true}, other_signer()));
  }
  ASSERT_TRUE(log->change(to_other_key()));
  for (std::uint64_t i = 5; i < 9; ++i) ASSERT_TRUE(log->append(test_entry(i)));
  ASSERT_TRUE(log->checkpoint());
}

}  // namespace

TEST(LogChange, ARotatedKeyIsReachedFromTheOldOne) {
  CrashingFiles files;
  rotated(files, false);
  for (const VerifierKey& key : {test_key(), other_key()}) EXPECT_TRUE(check_with(files, key).holds()) << first_wrong(check_with(files, key));
  EXPECT_FALSE(check_with(files, verifier_key(kTestOrigin, SignatureType::Ed25519, std::string(32, 'k'))).holds());
  EXPECT_EQ(Log::open(files, {"/e"}, test_signer()).error().code, Code::Denied);
  auto log = Log::open(files, {"/e"}, other_signer());
  ASSERT_TRUE(log) << log.error().text;
  EXPECT_EQ((*log)->size(), 10u);
}

TEST(LogChange, ALostKeyVouchesForNothing) {
  CrashingFiles files;
  rotated(files, true);
  EXPECT_TRUE(check_with(files, other_key()).holds()) << first_wrong(check_with(files, other_key()));
  const CheckReport r = check_with(files, test_key());
  EXPECT_FALSE(r.holds());
  EXPECT_NE(first_wrong(r).find("did not hand over"), std::string::npos) << first_wrong(r);
}

TEST(LogChange, WithALostKeyNothingElseCanBeDone) {
  CrashingFiles files;
  { auto log = std::move(*make_test_log(files)); }
  auto log = std::move(*Log::open(files, {"/e", {}, true}, other_signer()));
  SettingsChange none;
  EXPECT_FALSE(log->change(none));
  EXPECT_FALSE(log->append(test_entry(0)));
  EXPECT_FALSE(log->checkpoint());
  EXPECT_TRUE(log->change(to_other_key()));
  EXPECT_TRUE(log->append(test_entry(0)));
}

// Signed for another tree, and signed by the new key alone: neither hands over.
TEST(LogChange, NobodyElseCanHandOver) {
  const TreeHead before{kTestOrigin, 2, {}};
  const LogSettings next{other_key(), {}, SettingsReason::Rotation, test_key()};
  const std::string handed_over = *make_settings_entry(next, before, other_signer(), &test_signer(), 0, {});
  const std::string not_signed = *make_settings_entry(next, before, other_signer(), &other_signer(), 0, {});
  KeyChain chain;
  ASSERT_TRUE(chain.add(0, test_settings(), [] { return sha256({}); }));
  EXPECT_FALSE(chain.add(2, handed_over, [] { return sha256("root"); }));
  EXPECT_FALSE(chain.add(2, not_signed, [] { return Hash32{}; }));
  EXPECT_TRUE(chain.add(2, handed_over, [] { return Hash32{}; }));
  EXPECT_EQ(chain.at(2), test_key());
  EXPECT_EQ(chain.at(3), other_key());
}

TEST(LogChange, SettingsThatTheKeyDidNotSignAreNotUsed) {
  CrashingFiles files;
  { auto log = std::move(*make_test_log(files)); }
  const std::string good = files.content().at("/e/log.json");
  // Somebody with the disk adds himself as a recipient.
  std::string bad = good;
  const std::string own = to_text(make_identity()->recipient);
  bad.replace(bad.find("\"recipients\":[]"), 15, "\"recipients\":[\"" + own + "\"]");
  files.put("/e/log.json", bad);
  EXPECT_FALSE(open_test_log(files));
  EXPECT_FALSE(LogReader::open(files, "/e"));
  files.put("/e/log.json", good);
  // The same as an entry behind the checkpoint, and one that was signed for another place.
  const std::string journal = files.content().at("/e/journal/1");
  const std::string replayed =
      *make_settings_entry({test_key(), {own}, SettingsReason::Settings, test_key()}, {kTestOrigin, 1, {}}, test_signer(), nullptr, 0, {});
  for (const std::string& entry : {bad, replayed}) {
    std::string more = journal;
    append_frame(more, 1, 1, {leaf_hash(entry), entry});
    files.put("/e/journal/1", more);
    EXPECT_FALSE(open_test_log(files));
  }
  files.put("/e/journal/1", journal);
  EXPECT_TRUE(open_test_log(files));
}

// A crash at every operation of a change: the log opens with one of both keys, and with that it is whole and goes on.
TEST(LogChange, SurvivesACrashAtEveryOperation) {
  for (const bool lost : {false, true}) {
    std::uint64_t first = 0, most = CrashingFiles::kNever;
    std::size_t with_old = 0, with_new = 0;
    for (std::uint64_t crash_at = 1; crash_at < most; ++crash_at) {
      for (std::uint64_t seed = 0; seed < 3; ++seed) {
        CrashingFiles files;
        {
          auto log = std::move(*make_test_log(files));
          ASSERT_TRUE(log->append(test_entry(0)));
          if (lost) {
            log.reset();
            log = std::move(*Log::open(files, {"/e", {}, true}, other_signer()));
          }
          first = files.operations();
          files.crash_at = first + crash_at;
          if (log->change(to_other_key())) most = files.operations() - first + 1;
        }
        files.revive(crash_at * 3 + seed);
        auto log = Log::open(files, {"/e"}, other_signer());
        with_new += log.has_value();
        if (!log) {
          EXPECT_EQ(log.error().code, Code::Denied) << log.error().text;
          log = Log::open(files, {"/e"}, test_signer());
          ++with_old;
        }
        ASSERT_TRUE(log) << crash_at << " " << seed << " " << log.error().text;
        ASSERT_TRUE((*log)->append(test_entry(1)));
        ASSERT_TRUE((*log)->checkpoint());
        const CheckReport r = check_with(files, (*log)->settings().key);
        EXPECT_TRUE(r.holds()) << crash_at << " " << seed << " " << first_wrong(r);
      }
    }
    EXPECT_GT(with_old, 0u);
    EXPECT_GT(with_new, 5u);
  }
}

TEST(Log, MakesACheckpointByItselfBeforeOpeningTakesLong) {
  CrashingFiles files;
  {
    auto log = std::move(*make_test_log(files));
    const std::string entry = test_entry(0);
    for (std::uint64_t i = 0; i < Log::kMostBehind + 100; ++i) ASSERT_TRUE(log->add(entry));
    ASSERT_TRUE(log->append(entry));
    ASSERT_TRUE(log->append(entry));
  }
  auto log = std::move(*open_test_log(files));
  EXPECT_EQ(log->size(), Log::kMostBehind + 103);
  EXPECT_EQ(log->recovery().entries, 1u);
}

}  // namespace custos::evidence
