#include <gtest/gtest.h>

#include <map>

#include <nlohmann/json.hpp>

#include "base/crypto/base64.h"
#include "base/crypto/secure_random.h"
#include "evidence/check/check_folder.h"
#include "evidence/documents/finding_document.h"
#include "evidence/log/log_for_test.h"
#include "evidence/segments/segment.h"
#include "evidence/segments/segment_folder.h"

namespace custos::evidence {
namespace {

constexpr Micros kNow = 1'790'000'000'000'000;

std::string entry(const char* kind, const nlohmann::ordered_json& more) { return *make_entry(kind, kNow, {"anna", "", "", "", "custos test", ""}, more); }

// A scan of one source of three lines with one finding, sealed as the engine does it.
struct Sealed {
  std::string name;
  std::uint64_t size, records, bytes;
  Hash32 root;
};

Sealed keep(FileSystem& files, const std::vector<std::string>& records) {
  RawSegment raw;
  for (const std::string& r : records) {
    raw.bytes += r;
    raw.lengths.push_back(static_cast<std::uint32_t>(r.size()));
  }
  const auto sealed = seal_segment(raw, secure_random(32));
  return {*write_segment(files, "/e", sealed->file), sealed->file.size(), records.size(), raw.bytes.size(), sealed->root};
}

std::string segment_entry(const Sealed& s, const char* holds, const nlohmann::ordered_json& parts) {
  return entry("segment", {{"scan", 1},
                           {"holds", holds},
                           {"file", s.name},
                           {"size", s.size},
                           {"records", s.records},
                           {"bytes", s.bytes},
                           {"root", to_base64(view(s.root))},
                           {"parts", parts}});
}

nlohmann::json finding_line() {
  return {{"type", "finding"}, {"id", "b0f2c54f0f7a3d11"}, {"rule", {{"title", "LSASS memory read"}}}, {"level", "high"}, {"time", "2024-03-15T10:00:00Z"},
          {"last_time", nullptr}, {"log_source", "linux"}, {"count", 1}, {"attack", {"T1003.001"}}, {"tactics", {"credential_access"}}, {"pipeline", ""},
          {"engine", "custos test"}, {"source", {{"file", "logs/a.log"}}}, {"entities", {{{"kind", "user"}, {"value", "anna"}}}},
          {"matched", {{{"field", "User"}, {"value", "anna"}}}}, {"raw", "line of anna"}};
}

void make_store(FileSystem& files) {
  auto log = std::move(*make_test_log(files));
  ASSERT_TRUE(log->append(entry("scan", {{"arguments", {"logs"}}})));
  const std::vector<std::string> lines{"first line\n", "line of anna\n", "third\n"};
  const std::string all = lines[0] + lines[1] + lines[2];
  const Sealed records = keep(files, lines);
  const SealedFinding f = seal_finding(finding_line(), {{"User", 8, 4}}, true, {{records.name, 1}});
  const Sealed findings = keep(files, {f.document, f.disclosures}), coverage = keep(files, {"{\"type\":\"coverage\"}\n"});
  ASSERT_TRUE(log->append([&](std::uint64_t at) -> Result<std::vector<std::string>> {
    return std::vector<std::string>{
        entry("source", {{"scan", 1}, {"exhibit", "E-2"}, {"path", "logs/a.log"}, {"size", all.size()}, {"sha256", to_hex(view(sha256(all)))}}),
        segment_entry(records, "records", {{{"source", at}, {"first", 0}, {"records", 3}, {"at", 0}, {"bytes", all.size()}}}),
        segment_entry(findings, "findings", nlohmann::ordered_json::array()), segment_entry(coverage, "coverage", nlohmann::ordered_json::array()),
        entry("end", {{"scan", 1}, {"findings", 1}, {"coverage", {{"segment", at + 3}, {"leaf", 0}}}})};
  }));
  ASSERT_TRUE(log->checkpoint());
}

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
  make_store(files);
  const CheckReport r = check(files);
  EXPECT_TRUE(r.holds()) << first_problem(r);
  EXPECT_EQ(r.size, 7u);
  EXPECT_TRUE(r.key_vouched);
  EXPECT_EQ(r.checked.size(), 6u);
}

TEST(CheckFolder, EveryFlippedByteOfASmallStoreIsFound) {
  CrashingFiles files;
  make_store(files);
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
  make_store(files);
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
  for (const char* path : {"/e/notes.txt", "/e/tile/0/001", "/e/tile/0/000.p/9", "/e/tile/entries/001.p/1", "/e/journal/99", "/e/checkpoints/3", "/e/tile/odd"}) {
    files.put(path, "x");
    EXPECT_FALSE(check(files).holds()) << path;
    EXPECT_TRUE(files.remove(path));
  }
  EXPECT_TRUE(check(files).holds());
}

TEST(CheckFolder, TruncationAndAnotherHistoryAreFoundByACheckpointSeenElsewhere) {
  CrashingFiles files;
  make_store(files);
  const auto short_store = files.content();
  {
    auto log = std::move(*open_test_log(files));
    ASSERT_TRUE(log->append(entry("view", {{"what", "finding"}, {"about", "x"}})));
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
    ASSERT_TRUE(log->append(entry("view", {{"what", "finding"}, {"about", "something else"}})));
    ASSERT_TRUE(log->checkpoint());
  }
  EXPECT_TRUE(check(cut).holds());
  EXPECT_NE(first_problem(check(cut, seen)).find("another history"), std::string::npos);
}

TEST(CheckFolder, AnotherKeyIsRefusedAndNobodyVouchingIsSaid) {
  CrashingFiles files;
  make_store(files);
  CheckOptions other;
  other.key = verifier_key(kTestOrigin, SignatureType::Ed25519, std::string(32, 'k'));
  EXPECT_FALSE(check(files, other).holds());
  const auto r = check_folder(files, "/e", {});
  ASSERT_TRUE(r);
  EXPECT_TRUE(r->holds());
  EXPECT_FALSE(r->key_vouched);
  EXPECT_NE(r->not_checked[0].find("nobody vouched"), std::string::npos);
}

TEST(CheckFolder, ACrashedStoreThatWasMendedVerifies) {
  CrashingFiles files;
  make_store(files);
  {
    auto log = std::move(*open_test_log(files));
    ASSERT_TRUE(log->append(entry("view", {{"what", "finding"}, {"about", "x"}})));
  }
  const CheckReport r = check(files);
  EXPECT_TRUE(r.holds()) << first_problem(r);
  EXPECT_NE(r.not_checked[0].find("under no signature"), std::string::npos);
}

}  // namespace custos::evidence
