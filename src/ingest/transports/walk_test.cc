#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/text.h"
#include "ingest/transports/collector_for_test.h"

namespace custos::ingest {
namespace walk_test {
namespace {

using namespace for_test;

std::vector<std::string> names_below(const Walk& w, const Folder& f) {
  std::vector<std::string> names;
  for (const SourceFile& s : w.files) names.push_back(s.path.substr(std::min(s.path.size(), f.path().size() + 1)));
  return names;
}

TEST(Walk, FoldersByNameArgumentsAsGiven) {
  const Folder f;
  f.folder("d/sub");
  f.put("d/sub/z", "1");
  f.put("d/b", "22");
  f.put("d/Z", "");
  f.put("d/sub.log", "");
  f.put("a", "");
  const Result<Walk> w = walk({f / "d", f / "a"}, {});
  ASSERT_TRUE(w);
  EXPECT_EQ(names_below(*w, f), (std::vector<std::string>{"d/Z", "d/b", "d/sub/z", "d/sub.log", "a"}));
  EXPECT_EQ(w->files[1].size, 2u);
  EXPECT_NE(w->files[1].modified, kNoTime);
  EXPECT_TRUE(w->unreadable.empty());
}

TEST(Walk, WhatIsNotThereIsAnError) {
  const Folder f;
  const Result<Walk> w = walk({f / "nothing"}, {});
  ASSERT_FALSE(w);
  EXPECT_EQ(w.error().code, Code::NotFound);
  EXPECT_EQ(w.error().where, f / "nothing");
}

TEST(Walk, LinksEndAndNothingIsReadTwice) {
  const Folder f, outside;
  outside.put("out.log", "x");
  outside.folder("dir");
  f.folder("d/a/b");
  f.put("d/a/log", "x");
  f.link("..", "d/a/b/up");
  f.link(".", "d/self");
  f.link(f / "d", "d/a/whole");
  f.link("log", "d/a/again");
  f.link(outside / "out.log", "d/out1");
  f.link(outside / "out.log", "d/out2");
  f.link(outside / "dir", "d/dir");
  f.link("nowhere", "d/dangling");
  f.link("circle", "d/circle");
  f.link("/dev/zero", "d/zero");
  const Result<Walk> w = walk({f / "d", f / "d", f / "d/a/log"}, {});
  ASSERT_TRUE(w);
  EXPECT_EQ(names_below(*w, f), (std::vector<std::string>{"d/a/log", "d/out1"}));
  std::vector<std::string> bad;
  for (const Unreadable& u : w->unreadable) bad.push_back(u.name.substr(f.path().size() + 1) + ": " + u.why);
  ASSERT_EQ(bad.size(), 4u) << testing::PrintToString(bad);
  EXPECT_NE(bad[0].find("circle: a link that leads in a circle"), std::string::npos);
  EXPECT_NE(bad[1].find("dangling: a link that leads to nothing"), std::string::npos);
  EXPECT_NE(bad[2].find("zero: a link to a device"), std::string::npos);
  EXPECT_NE(bad[3].find("dir: a link to a folder outside"), std::string::npos);
}

TEST(Walk, HardLinksAreReadUnderEachName) {
  const Folder f;
  f.put("a", "x");
  ASSERT_EQ(::link((f / "a").c_str(), (f / "b").c_str()), 0);
  EXPECT_EQ(walk({f.path()}, {})->files.size(), 2u);
}

TEST(Walk, PipesAreNamedAndDanglingArgumentsToo) {
  const Folder f;
  ASSERT_EQ(::mkfifo((f / "pipe").c_str(), 0600), 0);
  f.link("nowhere", "dangling");
  f.link("self", "self");
  const Result<Walk> w = walk({f / "pipe", f / "dangling", f / "self"}, {});
  ASSERT_TRUE(w);
  EXPECT_TRUE(w->files.empty());
  ASSERT_EQ(w->unreadable.size(), 3u);
  EXPECT_EQ(w->unreadable[0].why, "a named pipe: only files are read");
  EXPECT_EQ(w->unreadable[1].why, "a link that leads to nothing");
  EXPECT_EQ(w->unreadable[2].why, "a link that leads in a circle");
}

TEST(Walk, NamesThatAreNoTextKeepTheirBytes) {
  const Folder f;
  f.put("bytes-\xFF\xFE", "x");
  const Result<Walk> w = walk({f.path()}, {});
  ASSERT_TRUE(w);
  ASSERT_EQ(w->files.size(), 1u);
  EXPECT_EQ(w->files[0].path, f / "bytes-\xFF\xFE");
  EXPECT_TRUE(is_valid_utf8(w->files[0].name));
}

TEST(Walk, FoldersInsideFoldersHaveALimit) {
  const Folder f;
  f.folder("1/2/3/4");
  f.put("1/2/3/4/deep", "x");
  f.put("1/2/flat", "x");
  Limits limits;
  limits.folder_depth = 2;
  const Result<Walk> w = walk({f / "1"}, limits);
  ASSERT_TRUE(w);
  EXPECT_EQ(names_below(*w, f), (std::vector<std::string>{"1/2/flat"}));
  ASSERT_EQ(w->unreadable.size(), 1u);
  EXPECT_EQ(w->unreadable[0].name, f / "1/2/3/4");
}

// A path longer than PATH_MAX, made and removed step by step.
TEST(Walk, PathsLongerThanTheSystemTakesAreWalkedAndVisited) {
  const Folder f;
  const std::string part(200, 'd');
  std::vector<int> levels{::open(f.path().c_str(), O_RDONLY | O_DIRECTORY)};
  for (int i = 0; i < 30; ++i) {
    ASSERT_EQ(::mkdirat(levels.back(), part.c_str(), 0755), 0);
    levels.push_back(::openat(levels.back(), part.c_str(), O_RDONLY | O_DIRECTORY));
  }
  const int leaf = ::openat(levels.back(), "leaf", O_WRONLY | O_CREAT, 0644);
  ASSERT_EQ(::write(leaf, "deep\n", 5), 5);
  ::close(leaf);
  const Result<Walk> w = walk({f.path()}, {});
  ASSERT_TRUE(w);
  ASSERT_EQ(w->files.size(), 1u);
  EXPECT_GT(w->files[0].path.size(), 6000u);
  Collector c;
  visit(w->files[0], {}, c);
  EXPECT_EQ(c.bytes_of(w->files[0].name), "deep\n");
  EXPECT_TRUE(c.problems.empty());
  ::unlinkat(levels.back(), "leaf", 0);
  while (levels.size() > 1) {
    ::close(levels.back());
    levels.pop_back();
    ::unlinkat(levels.back(), part.c_str(), AT_REMOVEDIR);
  }
  ::close(levels.back());
}

TEST(Walk, AForbiddenFolderIsNamed) {
  const Folder f;
  f.folder("no");
  f.put("yes", "x");
  ASSERT_EQ(::chmod((f / "no").c_str(), 0), 0);
  const Result<Walk> w = [&] {
    const AsNobody nobody;
    return walk({f.path()}, {});
  }();
  ::chmod((f / "no").c_str(), 0755);
  ASSERT_TRUE(w);
  EXPECT_EQ(w->files.size(), 1u);
  ASSERT_EQ(w->unreadable.size(), 1u);
  EXPECT_NE(w->unreadable[0].why.find("no permission"), std::string::npos);
}

TEST(Walk, StandardInputComesOnce) {
  const Result<Walk> w = walk({"-", "-"}, {});
  ASSERT_TRUE(w);
  ASSERT_EQ(w->files.size(), 1u);
  EXPECT_EQ(w->files[0].path, "-");
}

}  // namespace
}  // namespace walk_test
}  // namespace custos::ingest
