// The hostile archives and files of a folder made elsewhere ($CUSTOS_HOSTILE, with manifest.ndjson): what is not whole
// is said.
#include <cstdlib>
#include <cstring>
#include <fstream>

#include <gtest/gtest.h>
#include <simdjson.h>

#include "ingest/transports/collector_for_test.h"

namespace custos::ingest {
namespace hostile_test {
namespace {

using namespace for_test;

// Counts, keeps nothing.
struct Counter final : StreamVisitor {
  std::uint64_t lines = 0, plain = 0;
  std::vector<std::string> problems;
  std::string file;
  void stream(const StreamInfo& info, ByteStream& bytes) override {
    plain += info.name == file;
    std::vector<char> buffer(256u << 10);
    while (true) {
      const Result<std::size_t> n = bytes.read(buffer.data(), buffer.size());
      if (!n || *n == 0) return;
      const char* const end = buffer.data() + *n;
      for (const char* p = buffer.data();
           (p = static_cast<const char*>(std::memchr(p, '\n', static_cast<std::size_t>(end - p)))) != nullptr; ++p)
        ++lines;
    }
  }
  void problem(const std::string& name, ReadState, const std::string& why) override {
    problems.push_back(name + ": " + why);
  }
  void progress(std::uint64_t) override {}
};

struct Case {
  std::string path, kind, why, setup;
  bool honest = false;
  std::uint64_t min_records = 0;
};

std::vector<Case> cases_of(const std::string& folder) {
  std::vector<Case> cases;
  std::ifstream in(folder + "/manifest.ndjson");
  simdjson::dom::parser parser;
  for (std::string line; std::getline(in, line);) {
    simdjson::dom::element e;
    if (parser.parse(line).get(e) != simdjson::SUCCESS) continue;  // names that are no text
    Case c;
    std::string_view s;
    if (e["path"].get(s) == simdjson::SUCCESS) c.path = s;
    if (e["kind"].get(s) == simdjson::SUCCESS) c.kind = s;
    if (e["why"].get(s) == simdjson::SUCCESS) c.why = s;
    if (e["setup"].get(s) == simdjson::SUCCESS) c.setup = s;
    if (e["honest"].get(c.honest) != simdjson::SUCCESS) c.honest = false;
    if (e["min_records"].get(c.min_records) != simdjson::SUCCESS) c.min_records = 0;
    if (c.kind == "archive" || c.kind == "fs") cases.push_back(std::move(c));
  }
  return cases;
}

// The generator cuts this one at byte 2,000; where the whole is smaller it is no damage.
bool is_whole_after_all(const std::string& path) {
  return path.ends_with("/cut.tar.gz") && std::filesystem::file_size(path) < 2000;
}

Counter scan(const std::string& path) {
  Counter c;
  const Result<Walk> w = walk({path}, {});
  if (!w) {
    c.problems.push_back(w.error().text);
    return c;
  }
  for (const Unreadable& u : w->unreadable) c.problems.push_back(u.name + ": " + u.why);
  for (const SourceFile& f : w->files) {
    c.file = f.name;
    visit(f, {}, c);
  }
  return c;
}

TEST(Hostile, WhatIsNotWholeIsSaidAndWhatIsWholeIsRead) {
  const char* folder = std::getenv("CUSTOS_HOSTILE");
  if (folder == nullptr) GTEST_SKIP() << "$CUSTOS_HOSTILE is not set";
  const std::vector<Case> cases = cases_of(folder);
  ASSERT_FALSE(cases.empty());
  for (const Case& c : cases) {
    std::unique_ptr<AsNobody> nobody;
    if (c.setup == "nobody") nobody = std::make_unique<AsNobody>();
    const Counter got = scan(std::string(folder) + "/" + c.path);
    nobody.reset();
    EXPECT_GE(got.lines + 1, c.min_records) << c.path << ": " << c.why;
    // What came through as it stands is for a decoder to judge.
    const bool honest = c.honest && !is_whole_after_all(std::string(folder) + "/" + c.path);
    const bool silent = honest && got.plain == 0 && got.problems.empty();
    EXPECT_FALSE(silent) << c.path << ": " << c.why;
  }
}

}  // namespace
}  // namespace hostile_test
}  // namespace custos::ingest
