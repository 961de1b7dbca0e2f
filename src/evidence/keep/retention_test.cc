#include "evidence/keep/retention.h"

#include <gtest/gtest.h>

#include "base/crypto/base64.h"
#include "evidence/keep/keep_for_test.h"

namespace custos::evidence {
namespace {

void put_on_record(FileSystem& files, const std::string& entry) {
  auto log = std::move(*open_test_log(files));
  ASSERT_TRUE(log->append(entry));
  ASSERT_TRUE(log->checkpoint());
}

std::string deletion_of(const SegmentClaim& s, std::uint64_t size) {
  return test_record("deletion", {{"segments", {{{"file", s.file}, {"size", size}, {"root", to_base64(view(s.root))}}}}});
}

// What a verifier says of a folder in which this segment was deleted by this entry.
std::string said(CrashingFiles& files, const std::string& entry) {
  put_on_record(files, entry);
  const auto c = read_contents(**LogReader::open(files, "/e"));
  if (!c) return c.error().text;
  EXPECT_TRUE(remove_deleted(files, "/e", c->deleted));
  return problem_of(files, "/e");
}

}  // namespace

TEST(Retention, ADeletionOfWhatIsHeldIsAProblemAndOfWhatWasReleasedIsNone) {
  const auto with = [](const std::vector<std::string>& before) {
    CrashingFiles files;
    make_test_store(files);
    const SegmentClaim s = contents_of(files).segments[0];
    for (std::string entry : before) {
      const std::string mark = "NAME";
      if (const auto at = entry.find(mark); at != std::string::npos) entry.replace(at, mark.size(), s.file);
      put_on_record(files, entry);
    }
    return said(files, deletion_of(s, s.size));
  };
  const std::string hold = test_record("hold", {{"segments", {"NAME"}}, {"until", ""}});
  EXPECT_EQ(with({}), "");
  EXPECT_NE(with({hold}).find("which the hold of entry 7 covers"), std::string::npos);
  EXPECT_EQ(with({hold, test_record("release", {{"hold", 7}})}), "");
  EXPECT_NE(with({hold, hold, test_record("release", {{"hold", 7}})}).find("hold of entry 8"), std::string::npos);
  EXPECT_NE(with({hold, test_record("release", {{"hold", 6}})}).find("hold of entry 7"), std::string::npos);
  // kTestTime is 2026-09-21: the date itself is still held.
  ASSERT_EQ(to_rfc3339(kTestTime).substr(0, 10), "2026-09-21");
  EXPECT_NE(with({test_record("hold", {{"segments", {"NAME"}}, {"until", "2026-09-21"}})}).find("hold of entry 7"), std::string::npos);
  EXPECT_EQ(with({test_record("hold", {{"segments", {"NAME"}}, {"until", "2026-09-20"}})}), "");
  EXPECT_NE(with({test_record("hold", {{"segments", {"NAME"}}, {"until", "soon"}})}), "");
}

TEST(Retention, ADeletionOfWhatIsNoSegmentIsAProblem) {
  CrashingFiles files;
  make_test_store(files);
  const SegmentClaim s = contents_of(files).segments[0];
  EXPECT_NE(said(files, deletion_of(s, s.size + 1)).find("no segment before it of this size"), std::string::npos);
  CrashingFiles other;
  make_test_store(other);
  SegmentClaim none = contents_of(other).segments[0];
  none.file[5] = none.file[5] == 'a' ? 'b' : 'a';
  EXPECT_NE(said(other, deletion_of(none, none.size)).find("no segment before it"), std::string::npos);
}

TEST(Retention, ScansFindingsAndDatesChooseSegments) {
  CrashingFiles files;
  make_test_store(files);
  const Contents c = contents_of(files);
  EXPECT_EQ(segments_of_scans(c, {1})->size(), 3u);
  EXPECT_FALSE(segments_of_scans(c, {2}));
  EXPECT_EQ(scans_before(c, "2026-09-22"), std::vector<std::uint64_t>{1});
  EXPECT_TRUE(scans_before(c, "2026-09-21").empty());
  const std::set<std::string> of_it{c.segments[0].file, c.segments[1].file};
  EXPECT_EQ(*segments_of_findings(files, "/e", c, {}, {}), of_it);
  EXPECT_EQ(*segments_of_findings(files, "/e", c, {"b0f2c54f0f7a3d11"}, {}), of_it);
  EXPECT_FALSE(segments_of_findings(files, "/e", c, {"b0f2c54f0f7a3d11", "0000000000000000"}, {}));
}

TEST(Retention, ManySegmentsAreSpreadOverSeveralEntries) {
  std::vector<SegmentClaim> claims(2001);
  Segments segments;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    claims[i].file = to_hex(view(sha256(std::to_string(i))));
    claims[i].size = ~0ull;
    segments.push_back(&claims[i]);
  }
  Custody custody;
  custody.reason = std::string(4000, 'r');
  std::set<std::string> held, deleted;
  for (const auto& entries : {*hold_entries(custody, kTestTime, segments, "2030-01-01"), *deletion_entries(custody, kTestTime, segments)}) {
    for (const std::string& e : entries) {
      EXPECT_LE(e.size(), kMostEntry);
      const auto j = nlohmann::json::parse(e);
      for (const auto& s : j["segments"]) (j["kind"] == "hold" ? held : deleted).insert(s.is_string() ? s.get<std::string>() : s["file"].get<std::string>());
    }
  }
  EXPECT_EQ(held.size(), claims.size());
  EXPECT_EQ(deleted, held);
}

// A crash at every operation: no file is gone that no signed entry says was deleted, and what such an entry names goes in the end.
TEST(Retention, ACrashAtEveryOperationOfADeletionLosesNothingThatIsNotOnRecord) {
  std::size_t runs = 0, cut_off = 0;
  for (std::uint64_t at = 0; at < 500; ++at) {
    bool through = false;
    for (int how = 0; how < 4; ++how) {
      CrashingFiles files;
      make_durable_store(files);
      const Contents before = contents_of(files);
      const Segments segments{&before.segments[0], &before.segments[1]};
      {
        auto log = std::move(*open_test_log(files));
        files.break_after(static_cast<int>(at));
        through = delete_on_record(files, "/e", *log, *deletion_entries({}, kTestTime, segments), segments).has_value();
      }
      if (how < 2) files.crash(how == 0 ? CrashingFiles::Crash::LosesNames : CrashingFiles::Crash::KeepsNames);
      if (how >= 2) files.revive(at * 2 + static_cast<std::uint64_t>(how));
      const Contents after = contents_of(files);
      for (const SegmentClaim* s : segments) {
        const bool there = files.exists("/e/" + segment_path(s->file));
        if (!there) {
          EXPECT_TRUE(after.deleted.contains(s->file)) << at << " " << how;
        }
        cut_off += there && after.deleted.contains(s->file);
      }
      {
        auto log = open_test_log(files);
        ASSERT_TRUE(log) << at;
        ASSERT_TRUE((*log)->checkpoint());
      }
      ASSERT_TRUE(remove_deleted(files, "/e", contents_of(files).deleted));
      EXPECT_TRUE(holds(files, "/e")) << at << " " << how << " " << problem_of(files, "/e");
      ++runs;
    }
    if (through) break;
  }
  EXPECT_GT(runs, 60u);
  EXPECT_GT(cut_off, 5u);
}

}  // namespace custos::evidence
