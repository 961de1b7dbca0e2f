#include <chrono>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/text.h"
#include "ingest/transports/collector_for_test.h"

namespace custos::ingest {
namespace visit_test {
namespace {

using namespace for_test;

Collector visit_path(const std::string& path, const Limits& limits = {}) {
  Collector c;
  visit({path, to_valid_utf8(path), 0, kNoTime}, limits, c);
  return c;
}

TEST(Visit, ReadsAFileAndTellsItsProgress) {
  const Folder f;
  const std::string path = f.put("a.log", text_of(1000));
  const Collector c = visit_path(path);
  EXPECT_TRUE(c.bytes_of(path) == text_of(1000));
  EXPECT_EQ(c.last_progress, text_of(1000).size());
  EXPECT_NE(c.times[0], kNoTime);
  EXPECT_TRUE(c.problems.empty());
}

TEST(Visit, OpensArchivesWithNamesThatLie) {
  const Folder f;
  const std::string path = f.put("a.txt", pack("zip", "none", {{"x.evtx", "text\n"}}));
  const Collector c = visit_path(path);
  EXPECT_EQ(c.bytes_of(path + "!x.evtx"), "text\n");
  EXPECT_TRUE(c.problems.empty());
}

TEST(Visit, NeverWaitsForPipesSocketsAndDevices) {
  const Folder f;
  ASSERT_EQ(::mkfifo((f / "pipe").c_str(), 0600), 0);
  f.link("/dev/zero", "zero");
  f.link("self", "self");
  f.link("nowhere", "dangling");
  f.folder("folder");
  const int s = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  (f / "socket").copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(s, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  const auto start = std::chrono::steady_clock::now();
  for (const char* name : {"pipe", "zero", "self", "dangling", "folder", "socket", "gone"}) {
    const Collector c = visit_path(f / name);
    EXPECT_TRUE(c.streams.empty()) << name;
    ASSERT_EQ(c.problems.size(), 1u) << name;
    EXPECT_EQ(c.problems[0].state, ReadState::Unread) << name;
    EXPECT_FALSE(c.problems[0].why.empty()) << name;
  }
  ::close(s);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(Visit, SaysThatItMayNotRead) {
  const Folder f;
  const std::string path = f.put("a.log", "text\n");
  ASSERT_EQ(::chmod(path.c_str(), 0), 0);
  const AsNobody nobody;
  ASSERT_TRUE(nobody.ok());
  EXPECT_TRUE(visit_path(path).says("no permission"));
}

// Changes the file when half of it has been read.
struct Meddler final : StreamVisitor {
  std::string path;
  off_t to = 0;
  std::uint64_t seen = 0;
  bool failed = false;
  std::vector<std::string> problems;
  void stream(const StreamInfo&, ByteStream& bytes) override {
    std::vector<char> buffer(64u << 10);
    while (true) {
      const Result<std::size_t> n = bytes.read(buffer.data(), buffer.size());
      failed = !n;
      if (!n || *n == 0) return;
      const bool first = seen == 0;
      seen += *n;
      if (!first) continue;
      EXPECT_EQ(::truncate(path.c_str(), to), 0);
    }
  }
  void problem(const std::string&, ReadState, const std::string& why) override { problems.push_back(why); }
  void progress(std::uint64_t) override {}
};

TEST(Visit, AFileThatShrinksIsCutShortAndAFileThatGrowsIsWhole) {
  const Folder f;
  for (const off_t to : {off_t{1000}, off_t{40} << 20}) {
    Meddler m;
    m.path = f.put("a.log", std::string(20u << 20, 'x'));
    m.to = to;
    visit({m.path, m.path, 0, kNoTime}, {}, m);
    if (to == 1000) {
      EXPECT_TRUE(m.failed);
      ASSERT_EQ(m.problems.size(), 1u);
      EXPECT_NE(m.problems[0].find("cut short"), std::string::npos);
    } else {
      EXPECT_EQ(m.seen, 20u << 20);
      EXPECT_TRUE(m.problems.empty());
    }
  }
}

TEST(Visit, SparseFilesHaveTheirDataAndTheirZeros) {
  const Folder f;
  const std::string path = f.put("sparse", "begin\n");
  const int fd = ::open(path.c_str(), O_WRONLY);
  ASSERT_EQ(::pwrite(fd, "middle\n", 7, 30 << 20), 7);
  ASSERT_EQ(::ftruncate(fd, 64 << 20), 0);
  ::close(fd);
  std::string expected(64u << 20, '\0');
  expected.replace(0, 6, "begin\n").replace(30u << 20, 7, "middle\n");
  const Collector c = visit_path(path);
  EXPECT_TRUE(c.bytes_of(path) == expected);
  EXPECT_TRUE(c.problems.empty());
}

// Standard input is a file, then a pipe, then closed.
TEST(Visit, ReadsStandardInput) {
  const Folder f;
  const int saved = ::dup(0);
  const std::string zip = pack("zip", "none", {{"a", "one\n"}, {"b", "two\n"}});
  const int file = ::open(f.put("x.zip", zip).c_str(), O_RDONLY);
  ::dup2(file, 0);
  EXPECT_EQ(visit_path("-").bytes_of("-!b"), "two\n");
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_EQ(::write(ends[1], zip.data(), zip.size()), static_cast<ssize_t>(zip.size()));
  ::close(ends[1]);
  ::dup2(ends[0], 0);
  EXPECT_EQ(visit_path("-").bytes_of("-!b"), "two\n");
  ::close(0);
  EXPECT_TRUE(visit_path("-").says("closed"));
  ::dup2(saved, 0);
  ::close(saved);
  ::close(file);
  ::close(ends[0]);
}

TEST(Visit, ABombIsNamedOnceAndStopsTheFile) {
  const Folder f;
  Limits limits;
  limits.expanded_bytes = 1u << 20;
  const std::string path = f.put("bomb.gz", squeeze("gzip", std::string(4u << 20, '\0')));
  const Collector c = visit_path(path, limits);
  ASSERT_EQ(c.problems.size(), 1u);
  EXPECT_EQ(c.problems[0].name, path);
  EXPECT_EQ(c.problems[0].state, ReadState::Partial);
  EXPECT_TRUE(c.says("--max-expanded"));
}

}  // namespace
}  // namespace visit_test
}  // namespace custos::ingest
