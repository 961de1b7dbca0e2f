// Stores to copy and to damage: with full tiles, a cosigned checkpoint that is kept, and a key of another log.
// Called by the tests of this folder.
// They live in the file system that they are given.
// One thread.
// Refuses nothing.
#pragma once

#include <map>
#include <string>

#include "evidence/check/check_folder.h"
#include "evidence/check/store_for_test.h"
#include "evidence/keep/copy_folder.h"
#include "evidence/keep/sweep_folder.h"
#include "evidence/log/contents.h"
#include "evidence/log/folder.h"

namespace custos::evidence {

inline void add_views(FileSystem& files, std::size_t count, bool sign = true, const std::string& folder = "/e") {
  auto log = std::move(*open_test_log(files, folder));
  for (std::size_t i = 0; i < count; ++i) ASSERT_TRUE(log->append(test_entry(i)));
  if (sign) {
    ASSERT_TRUE(log->checkpoint());
  }
}

inline void make_durable_store(FileSystem& files) {
  make_test_store(files);
  ASSERT_TRUE(files.sync_all("/e"));
}

// Somebody else's line below the newest checkpoint, kept and on record.
inline void cosign(FileSystem& files) {
  auto log = std::move(*open_test_log(files));
  const std::string text = files.read("/e/checkpoint", kMostSmallFile).value();
  const std::string line = signature_line({"witness.example", 7, std::string(72, 'w')});
  const std::string size = std::to_string(log->size());
  ASSERT_TRUE(replace_file(files, "/e/checkpoints", size, text + line));
  ASSERT_TRUE(replace_file(files, "/e", "checkpoint", text + line));
  ASSERT_TRUE(
      log->append(test_record("witness", {{"size", log->size()}, {"witness", "witness.example+00000007+BAAA"}, {"line", line.substr(0, line.size() - 1)}})));
}

// 3 segments, more than 256 entries, a cosigned checkpoint, and one entry behind the newest checkpoint.
inline void make_large_store(FileSystem& files) {
  make_test_store(files);
  cosign(files);
  add_views(files, 260);
  add_views(files, 1, false);
}

inline Contents contents_of(FileSystem& files, const std::string& folder = "/e") { return *read_contents(**LogReader::open(files, folder)); }

inline Result<CopyDone> copy(FileSystem& files, bool full = false) {
  const Contents contents = contents_of(files);
  return copy_folder(files, {"/e", "/c", full, &contents, {}});
}

inline CheckReport checked(FileSystem& files, const std::string& folder) {
  CheckOptions options;
  options.key = test_key();
  auto report = check_folder(files, folder, options);
  if (report) return std::move(*report);
  CheckReport refused;
  refused.problem(report.error().text);
  return refused;
}

inline bool holds(FileSystem& files, const std::string& folder) { return checked(files, folder).holds(); }

inline std::string problem_of(FileSystem& files, const std::string& folder) {
  const CheckReport r = checked(files, folder);
  return r.problems.empty() ? "" : r.problems[0];
}

// What lies below a folder, by the path in it.
inline std::map<std::string, std::string> below(CrashingFiles& files, const std::string& folder) {
  std::map<std::string, std::string> all;
  for (const auto& [path, bytes] : files.content()) {
    if (path.starts_with(folder + "/") && !path.ends_with("/lock")) all[path.substr(folder.size() + 1)] = bytes;
  }
  return all;
}

}  // namespace custos::evidence
