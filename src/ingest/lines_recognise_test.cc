// Who takes whose files: the line formats against each other, and what none of them may take.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "ingest/lines_testing.h"

namespace custos::ingest {
namespace zeek {
extern const Format format;
}
namespace syslog {
extern const Format format;
}
namespace auditd {
extern const Format format;
}
namespace csv {
extern const Format format;
}
namespace access {
extern const Format format;
}
namespace pcap {
extern const Format format;
}
namespace {
namespace lines_recognise_test {

std::string best(std::string_view head, bool whole) {
  std::string name = "none";
  int sure = 0;
  for (const Format* f :
       {&zeek::format, &syslog::format, &auditd::format, &csv::format, &access::format, &pcap::format}) {
    const int s = f->recognise(head, whole);
    EXPECT_LE(s, 100);
    if (s > sure) {
      sure = s;
      name = f->name;
    }
  }
  return name;
}

TEST(LineFormats, EachTakesItsOwn) {
  const std::vector<std::pair<std::string, std::string>> samples{
      {"zeek", "#separator \\x09\n#path\tconn\n#fields\tts\n#types\ttime\n1.0\n"},
      {"zeek", "#set_separator\t,\n#path\tconn\n#fields\tts\tuid\n1.0\tx\n"},
      {"zeek", "\t#separator \\x09\n"},
      {"syslog", "Mar 15 10:00:00 gw sshd[1]: a, b, c\nMar 15 10:00:01 gw kernel: x\n"},
      {"syslog", "<34>1 2024-03-15T10:00:00Z gw a - - - m\n"},
      {"syslog", "2024-03-15T10:00:00.003+01:00 gw prog[1]: msg\n"},
      {"syslog", "Mar 15 10:00:00 gw audit[1]: USER_AUTH pid=1 uid=0 msg='op=x'\n"},
      {"syslog", "Mar 15 10:00:00 gw nginx: 192.0.2.1 - - [15/Mar/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 5\n"},
      {"syslog", "15-Mar-2024 10:00:00.003 queries: info: client 10.0.0.5#53 (a): query: a IN A +\n"},
      {"auditd", "type=SYSCALL msg=audit(1710496800.123:1): arch=c000003e syscall=59\n"},
      {"auditd", "----\ntime->Fri Mar 15 10:00:00 2024\nnode=a type=CWD msg=audit(1710496800.123:1): cwd=\"/\"\n"},
      {"csv", "time,user,action\n1,2,3\n"},
      {"csv", "Timestamp;Host;Message\n2024-03-15T10:00:00Z;gw;a, b\n2024-03-15T10:00:00Z;gw;a\n"},
      {"access", "192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] \"GET /a,b,c HTTP/1.0\" 200 2326\n"},
      {"access", "#Software: IIS\n#Version: 1.0\n#Fields: date time c-ip\n2024-03-15 10:00:00 192.0.2.1\n"},
      {"pcap", std::string("\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\xff\xff\0\0\1\0\0\0", 24)},
      {"pcap",
       std::string("\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x1a\1\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\x1c\0\0\0", 28)},
      {"none", "This is no log.\nIt is prose, and nobody's format.\n"},
      {"none", ""},
      {"none", "\n\n\n"},
      {"none", "{\"ts\":1.0,\"uid\":\"x\",\"id.orig_h\":\"192.0.2.1\"}\n"},
      {"none", "[{\"time\":\"2024-03-15T10:00:00Z\",\"user\":\"a\"}]\n"},
      {"none", "2024-03-15 10:00:00,123 INFO main - started, ready, waiting\n"},
      {"none", "2024-03-15T10:00:00Z INFO started\n"},
      {"none", std::string("ElfFile\0\0\0\0\0", 12)},
      {"none", "# Title\n\nSome words, and more, of a document.\n"},
      {"none", "From: a@example.org\nTo: b@example.org\nSubject: x, y, z\n\nHello\n"},
  };
  for (const auto& [want, text] : samples) EXPECT_EQ(best(text, true), want) << text;
}

TEST(LineFormats, NoiseIsNobodys) {
  std::uint32_t state = 1;
  for (int round = 0; round < 50; ++round) {
    std::string noise;
    for (int i = 0; i < 4000; ++i) {
      state = state * 1664525 + 1013904223;
      noise += static_cast<char>(state >> 24);
    }
    EXPECT_EQ(best(noise, round % 2 == 0), "none");
  }
}

TEST(LineFormats, APacketCaptureIsNamedAsUnread) {
  const lines_testing::Driven run =
      lines_testing::drive(pcap::format, std::string("\xd4\xc3\xb2\xa1\x02\0\x04\0", 8) + std::string(5000, 'x'), 100);
  EXPECT_TRUE(run.events.empty());
  EXPECT_EQ(run.coverage.state, ReadState::Partial);
  EXPECT_NE(run.coverage.why.find("Suricata"), std::string::npos);
}

std::filesystem::path corpora() {
  if (const char* set = std::getenv("CUSTOS_CORPORA"); set != nullptr) return set;
  return std::filesystem::path(CUSTOS_SOURCE_DIR) / ".." / "shared" / "corpora";
}

TEST(LineFormats, RealZeekLogsAreReadWhole) {
  const std::filesystem::path root = corpora() / "zeek-slips";
  if (!std::filesystem::exists(root)) GTEST_SKIP() << "no corpora at " << root << " (set CUSTOS_CORPORA)";
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (text.substr(0, 64).find("#separator") == std::string::npos) continue;
    ++files;
    EXPECT_EQ(best(std::string_view(text).substr(0, 65536), text.size() <= 65536), "zeek") << entry.path();
    const lines_testing::Driven run = lines_testing::drive(zeek::format, text);
    EXPECT_GT(run.events.size(), 0u) << entry.path();
    EXPECT_EQ(run.coverage.state, ReadState::Whole) << entry.path();
  }
  EXPECT_GT(files, 5u);
}

}  // namespace lines_recognise_test
}  // namespace
}  // namespace custos::ingest
