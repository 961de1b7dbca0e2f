// A small folder of evidence: one scan of three lines with one finding, sealed as the engine does it.
// Called by the tests of this layer.
// Lives in the file system that it is given.
// One thread.
// Refuses nothing.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/crypto/base64.h"
#include "base/crypto/secure_random.h"
#include "evidence/age/age_file.h"
#include "evidence/documents/finding_document.h"
#include "evidence/log/log_for_test.h"
#include "evidence/segments/segment.h"
#include "evidence/segments/segment_folder.h"

namespace custos::evidence {

inline constexpr Micros kTestTime = 1'790'000'000'000'000;

inline std::string test_record(const char* kind, const nlohmann::ordered_json& more) {
  return *make_entry(kind, kTestTime, {"dekker", "", "", "", "custos test", ""}, more);
}

// A scan of one source of three lines with one finding, sealed as the engine does it.
struct TestSegment {
  std::string name;
  std::uint64_t size, records, bytes;
  Hash32 root;
};

inline TestSegment test_segment(FileSystem& files, const std::vector<std::string>& records, const std::vector<AgeRecipient>& recipients = {}) {
  RawSegment raw;
  for (const std::string& r : records) {
    raw.bytes += r;
    raw.lengths.push_back(static_cast<std::uint32_t>(r.size()));
  }
  SegmentScratch scratch;
  const auto sealed = seal_segment(raw, secure_random(32), scratch);
  const std::string bytes = recipients.empty() ? sealed->file : *age_seal(sealed->file, recipients);
  return {*write_segment(files, "/e", bytes), bytes.size(), records.size(), raw.bytes.size(), sealed->root};
}

inline std::string test_segment_entry(const TestSegment& s, const char* holds, const nlohmann::ordered_json& parts) {
  return test_record("segment", {{"scan", 1},
                                 {"holds", holds},
                                 {"file", s.name},
                                 {"size", s.size},
                                 {"records", s.records},
                                 {"bytes", s.bytes},
                                 {"root", to_base64(view(s.root))},
                                 {"parts", parts}});
}

inline nlohmann::json test_finding_line() {
  return {{"type", "finding"},
          {"id", "b0f2c54f0f7a3d11"},
          {"rule", {{"title", "LSASS memory read"}}},
          {"level", "high"},
          {"time", "2024-03-15T10:00:00Z"},
          {"last_time", nullptr},
          {"log_source", "linux"},
          {"count", 1},
          {"attack", {"T1003.001"}},
          {"tactics", {"credential_access"}},
          {"pipeline", ""},
          {"engine", "custos test"},
          {"source", {{"file", "logs/a.log"}}},
          {"entities", {{{"kind", "user"}, {"value", "anna"}}}},
          {"matched", {{{"field", "User"}, {"value", "anna"}}}},
          {"raw", "line of anna"}};
}

// `reader`: everything is encrypted to this one.
inline void make_test_store(FileSystem& files, const AgeIdentity* reader = nullptr) {
  const std::vector<AgeRecipient> recipients = reader == nullptr ? std::vector<AgeRecipient>() : std::vector{reader->recipient};
  auto log = std::move(*make_test_log(files, "/e", recipients));
  ASSERT_TRUE(log->append(test_record("scan", {{"arguments", {"logs"}}})));
  const std::vector<std::string> lines{"first line\n", "line of anna\n", "third\n"};
  const std::string all = lines[0] + lines[1] + lines[2];
  const TestSegment records = test_segment(files, lines, recipients);
  const SealedFinding f = seal_finding(test_finding_line(), {{"User", 8, 4}}, true, {{records.name, 1}});
  const TestSegment findings = test_segment(files, {f.document, f.disclosures}, recipients), coverage = test_segment(files, {"{\"type\":\"coverage\"}\n"}, recipients);
  ASSERT_TRUE(log->append([&](std::uint64_t at) -> Result<std::vector<std::string>> {
    return std::vector<std::string>{
        test_record("source", {{"scan", 1}, {"exhibit", "E-2"}, {"path", "logs/a.log"}, {"size", all.size()}, {"sha256", to_hex(view(sha256(all)))}}),
        test_segment_entry(records, "records", {{{"source", at}, {"first", 0}, {"records", 3}, {"at", 0}, {"bytes", all.size()}}}),
        test_segment_entry(findings, "findings", nlohmann::ordered_json::array()), test_segment_entry(coverage, "coverage", nlohmann::ordered_json::array()),
        test_record("end", {{"scan", 1}, {"findings", 1}, {"coverage", {{"segment", at + 3}, {"leaf", 0}}}})};
  }));
  ASSERT_TRUE(log->checkpoint());
}

}  // namespace custos::evidence
