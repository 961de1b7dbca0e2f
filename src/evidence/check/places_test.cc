#include <gtest/gtest.h>

#include <algorithm>

#include "evidence/check/check_folder.h"
#include "evidence/check/check_places.h"
#include "evidence/check/store_for_test.h"

namespace custos::evidence {
namespace {

CheckReport judge_places(FileSystem& files) {
  CheckOptions options;
  options.key = test_key();
  auto report = check_folder(files, "/e", options);
  EXPECT_TRUE(report);
  return report ? std::move(*report) : CheckReport();
}

bool is_said(const std::vector<std::string>& sentences, const std::string& words) {
  return std::any_of(sentences.begin(), sentences.end(), [&](const std::string& s) { return s.find(words) != std::string::npos; });
}

const std::string kUnnamed = "ab" + std::string(62, '0');

}  // namespace

TEST(Places, WhateverIsNoPlainFileIsRefusedWhereverItLies) {
  for (const PathKind kind : {PathKind::Link, PathKind::Other}) {
    CrashingFiles whole;
    make_test_store(whole);
    // In the place of each file, with the very bytes behind it; and beside them.
    auto places = whole.content();
    for (const char* beside : {"/e/x", "/e/segments/ab", "/e/tile/0/x", "/e/journal/9", "/e/checkpoints/1", "/e/timestamps/1.tsr"}) places.emplace(beside, "");
    places.emplace("/e/segments/ab/" + kUnnamed, "");
    for (const auto& [path, bytes] : places) {
      CrashingFiles files;
      for (const auto& [p, b] : whole.content()) files.put(p, b);
      files.put(path, bytes, kind);
      const CheckReport r = judge_places(files);
      ASSERT_EQ(r.problems.size(), 1u) << path;
      EXPECT_EQ(r.problems[0],
                path.substr(3) + (kind == PathKind::Link ? " is a symbolic link; evidence is plain files" : " is no file; evidence is plain files"));
      EXPECT_TRUE(r.checked.empty()) << "nothing is read where links lead elsewhere";
    }
  }
}

TEST(Places, BelowSegmentsLieSegmentsAlone) {
  const std::string upper = "AB" + std::string(62, '0');
  const std::vector<std::string> all{"README",
                                     kUnnamed,
                                     "ab/" + kUnnamed.substr(1),
                                     "ab/" + kUnnamed + "0",
                                     "ac/" + kUnnamed,
                                     "ab/ab/" + kUnnamed,
                                     "AB/" + upper,
                                     "ab/" + kUnnamed.substr(0, 63) + "g",
                                     "ab/" + kUnnamed + ".new"};
  for (const std::string& junk : all) {
    CrashingFiles files;
    make_test_store(files);
    files.put("/e/segments/" + junk, "x");
    const CheckReport r = judge_places(files);
    EXPECT_TRUE(is_said(r.problems, "segments/" + junk + " is no place of a segment")) << junk;
  }
}

TEST(Places, SegmentsThatNoEntryNamesAreSaid) {
  CrashingFiles files;
  make_test_store(files);
  EXPECT_FALSE(is_said(judge_places(files).not_checked, "belong to no entry"));
  files.put("/e/segments/ab/" + kUnnamed, "x");
  files.put("/e/segments/cd/cd" + std::string(62, '0'), "x");
  const CheckReport r = judge_places(files);
  EXPECT_TRUE(r.holds());
  EXPECT_TRUE(is_said(r.not_checked, "2 segments, the first segments/ab/" + kUnnamed + ", belong to no entry"));
}

TEST(Places, ADeletionThatWasCutOffIsRefused) {
  CrashingFiles files;
  make_test_store(files);
  const auto content = files.content();
  const auto segment = content.lower_bound("/e/segments/");
  const std::string name = segment->first.substr(segment->first.size() - 64);
  Contents contents;
  contents.by_file[name] = 0;
  contents.deleted.insert(name);
  CheckReport r;
  check_places({segment->first.substr(3)}, contents, Knowledge::All, r);
  EXPECT_TRUE(is_said(r.problems, "a deletion that was cut off"));
}

TEST(Places, JournalsHaveNumbersForNames) {
  for (const char* junk : {"/e/journal/x", "/e/journal/07", "/e/journal/7.new", "/e/journal/7/7", "/e/log.json.new", "/e/epochs.txt", "/e/x/y"}) {
    CrashingFiles files;
    make_test_store(files);
    files.put(junk, "");
    EXPECT_FALSE(judge_places(files).holds()) << junk;
  }
}

}  // namespace custos::evidence
