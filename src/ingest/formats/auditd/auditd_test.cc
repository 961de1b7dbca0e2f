#include <fmt/format.h>

#include "ingest/formats/auditd/fields.h"
#include "ingest/formats/auditd/joiner.h"
#include "ingest/formats/auditd/syscalls.h"
#include "ingest/lines_testing.h"

namespace custos::ingest::auditd {
extern const Format format;
namespace {

using lines_testing::drive;
using lines_testing::Driven;

std::string record(const std::string& type, int serial, const std::string& body, int second = 0) {
  return fmt::format("type={} msg=audit({}.123:{}): {}\n", type, 1710496800 + second, serial, body);
}

const std::string kExec =
    record("SYSCALL", 7,
           "arch=c000003e syscall=59 success=yes exit=0 a0=55d0 a1=55d1 ppid=10 pid=11 uid=0 comm=\"ls\" "
           "exe=\"/usr/bin/ls\" key=6578656301616C6C\x1d"
           "UID=\"root\" EUID=\"root\"") +
    record("EXECVE", 7, "argc=3 a0=\"ls\" a1=2D6C61 a2=2F612062") + record("CWD", 7, "cwd=\"/home/anna\"") +
    record("PATH", 7, "item=0 name=\"/usr/bin/ls\" nametype=NORMAL") +
    record("PATH", 7, "item=1 name=\"new\" nametype=CREATE") + record("PROCTITLE", 7, "proctitle=6C73002D6C61");

TEST(Audit, RecordsOfOneSerialAreOneEvent) {
  const Driven run =
      drive(format, kExec + record("EOE", 7, "") + record("SYSCALL", 8, "arch=c000003e syscall=2 success=no"));
  ASSERT_EQ(run.events.size(), 2u);
  const auto& e = run.events[0];
  EXPECT_EQ(e.get("type"), "SYSCALL|EXECVE|CWD|PATH|PROCTITLE");
  EXPECT_EQ(e.get("a0"), "55d0|ls");
  EXPECT_EQ(e.get("a1"), "55d1|-la");
  EXPECT_EQ(e.get("a2"), "/a b");
  EXPECT_EQ(e.get("key"), "exec|all");
  EXPECT_EQ(e.get("SYSCALL"), "execve");
  EXPECT_EQ(e.get("proctitle"), "ls -la");
  EXPECT_EQ(e.get("name"), "/usr/bin/ls|new");
  EXPECT_EQ(e.get("nametype"), "NORMAL|CREATE");
  EXPECT_EQ(e.get("CommandLine"), "ls -la /a b");
  EXPECT_EQ(e.get("Image"), "/usr/bin/ls");
  EXPECT_EQ(e.get("User"), "root");
  EXPECT_EQ(e.get("TargetFilename"), "/home/anna/new");
  EXPECT_EQ(e.get("UID"), "root");
  EXPECT_EQ(e.source, "linux/auditd/process_creation+file_event");
  EXPECT_EQ(e.time, 1710496800123000);
  EXPECT_EQ(e.raw + "\n", kExec);
  EXPECT_EQ(run.events[1].get("SYSCALL"), "open");
  EXPECT_EQ(run.events[1].source, "linux/auditd");
  EXPECT_EQ(run.coverage.state, ReadState::Whole);
}

TEST(Audit, InterleavedEventsAreToldApart) {
  const std::string text = record("SYSCALL", 1, "exe=\"/a\"") + record("SYSCALL", 2, "exe=\"/b\"") +
                           record("PATH", 1, "name=\"/x\"") + record("PATH", 2, "name=\"/y\"") +
                           record("USER_LOGIN", 3, "pid=9 msg='op=login acct=\"eve\" addr=203.0.113.7 res=failed'");
  const Driven run = drive(format, text);
  ASSERT_EQ(run.events.size(), 3u);
  EXPECT_EQ(run.events[0].get("name"), "/x");
  EXPECT_EQ(run.events[1].get("name"), "/y");
  EXPECT_EQ(run.events[2].get("acct"), "eve");
  EXPECT_EQ(run.events[2].get("addr"), "203.0.113.7");
  // What does not stand behind the first line in the source has no place in it.
  EXPECT_EQ(run.events[0].places.back(), kNoPlace);
  EXPECT_NE(run.events[0].places.front(), kNoPlace);
}

TEST(Audit, NodesAreDifferentEvents) {
  const Driven run =
      drive(format, "node=a type=CWD msg=audit(1.5:1): cwd=\"/a\"\nnode=b type=CWD msg=audit(1.5:1): cwd=\"/b\"\n");
  ASSERT_EQ(run.events.size(), 2u);
  EXPECT_EQ(run.events[1].get("node"), "b");
}

TEST(Audit, OldEventsAreClosedByTime) {
  const std::string text =
      record("SYSCALL", 1, "exe=\"/a\"") + record("SYSCALL", 2, "exe=\"/b\"", 60) + record("PATH", 1, "name=\"/late\"");
  const Driven run = drive(format, text);
  ASSERT_EQ(run.events.size(), 3u);
  EXPECT_EQ(run.events[0].get("name"), "<none>");
}

TEST(Audit, ManyOpenAndOneEndlessSerialAreBounded) {
  std::string open, same;
  for (int i = 0; i < 5000; ++i) open += record("SYSCALL", i, "exe=\"/a\"");
  for (int i = 0; i < 5000; ++i) same += record("PATH", 1, fmt::format("item={} name=\"/p{}\"", i, i));
  EXPECT_EQ(drive(format, open).events.size(), 5000u);
  const Driven run = drive(format, same);
  EXPECT_EQ(run.events.size(), (5000 + Joiner::kRecords - 1) / Joiner::kRecords);
  EXPECT_EQ(run.coverage.state, ReadState::Whole);
}

TEST(Audit, SocketAddresses) {
  const Driven run =
      drive(format, record("SYSCALL", 1, "arch=c000003e syscall=42 success=yes exe=\"/usr/bin/curl\"") +
                        record("SOCKADDR", 1, "saddr=020001BBC00002010000000000000000") +
                        record("SYSCALL", 2, "arch=c00000b7 syscall=203") +
                        record("SOCKADDR", 2, "saddr=0A000035000000002001 0DB8") +
                        record("SOCKADDR", 3, "saddr=01002F72756E2F78000000") +
                        record("SOCKADDR", 4,
                               "saddr=0A00003500000000"
                               "20010DB8000000000000000000000007"
                               "00000000") +
                        record("SOCKADDR", 5, "saddr=02 SADDR={ saddr_fam=inet laddr=192.0.2.9 lport=80 }"));
  ASSERT_EQ(run.events.size(), 5u);
  EXPECT_EQ(run.events[0].get("laddr"), "192.0.2.1");
  EXPECT_EQ(run.events[0].get("DestinationIp"), "192.0.2.1");
  EXPECT_EQ(run.events[0].get("DestinationPort"), "443");
  EXPECT_EQ(run.events[0].get("Initiated"), "true");
  EXPECT_EQ(run.events[0].source, "linux/auditd/network_connection");
  EXPECT_EQ(run.events[1].get("SYSCALL"), "connect");
  EXPECT_EQ(run.events[2].get("path"), "/run/x");
  EXPECT_EQ(run.events[3].get("laddr"), "2001:db8::7");
  EXPECT_EQ(run.events[4].get("laddr"), "192.0.2.9");
}

TEST(Audit, ArgumentsInPieces) {
  const Driven run = drive(format, record("EXECVE", 1, "argc=3 a0=\"sh\" a1_len=8 a1[0]=6162 a1[1]=6364") +
                                       record("EXECVE", 1, "a1[2]=6566 a2=\"x\""));
  ASSERT_EQ(run.events.size(), 1u);
  EXPECT_EQ(run.events[0].get("a1"), "abcdef");
  EXPECT_EQ(run.events[0].get("CommandLine"), "sh abcdef x");
}

TEST(Audit, BadHexStaysText) {
  const Driven run =
      drive(format, record("PROCTITLE", 1, "proctitle=ZZZZ") +
                        record("EXECVE", 2, "argc=4294967295 a0=\"x\" a1[0]=4141") + record("PATH", 3, "name=FF2F"));
  ASSERT_EQ(run.events.size(), 3u);
  EXPECT_EQ(run.events[0].get("proctitle"), "ZZZZ");
  EXPECT_EQ(run.events[1].get("a1"), "AA");
  EXPECT_EQ(run.events[2].get("name"), "\xEF\xBF\xBD/");
}

TEST(Audit, UnsetValuesAndLostSeparators) {
  const Driven run = drive(format, record("SYSCALL", 1, "tty=(none) key=(null)ARCH=x86_64 SYSCALL=mknod addr=?") +
                                       record("USER_AUTH", 2, "msg='op=x res=failed'UID=\"root\""));
  ASSERT_EQ(run.events.size(), 2u);
  EXPECT_EQ(run.events[0].get("key"), "<none>");
  EXPECT_EQ(run.events[0].get("ARCH"), "x86_64");
  EXPECT_EQ(run.events[0].get("addr"), "<none>");
  EXPECT_EQ(run.events[0].get("tty"), "(none)");
  EXPECT_EQ(run.events[1].get("res"), "failed");
  EXPECT_EQ(run.events[1].get("UID"), "root");
}

TEST(Audit, AccessVectors) {
  const Driven run =
      drive(format, record("AVC", 1, "avc:  denied  { read write } for  pid=1 comm=\"httpd\" tclass=file"));
  ASSERT_EQ(run.events.size(), 1u);
  EXPECT_EQ(run.events[0].get("seresult"), "denied");
  EXPECT_EQ(run.events[0].get("seperms"), "read|write");
  EXPECT_EQ(run.events[0].get("tclass"), "file");
}

TEST(Audit, OtherLinesAreRejected) {
  const Driven run = drive(format, "----\ntime->Fri Mar 15\n" + record("CWD", 1, "cwd=\"/\"") + "junk\n");
  EXPECT_EQ(run.events.size(), 1u);
  EXPECT_EQ(run.coverage.reject_count, 1u);
}

TEST(Audit, SystemCallNames) {
  EXPECT_EQ(syscall_name("c000003e", "59"), "execve");
  EXPECT_EQ(syscall_name("c000003e", "0"), "read");
  EXPECT_EQ(syscall_name("c000003e", "319"), "memfd_create");
  EXPECT_EQ(syscall_name("c00000b7", "221"), "execve");
  EXPECT_EQ(syscall_name("c000003e", "9999"), "");
  EXPECT_EQ(syscall_name("40000003", "59"), "");
  EXPECT_EQ(syscall_name("c000003e", "execve"), "");
}

TEST(Audit, WindowsAndCuts) {
  std::string text = kExec + record("SYSCALL", 8, "exe=\"/\xff\" a0=1") + record("PATH", 8, "name=FF name=\"\xff\"");
  lines_testing::same_in_all_windows(format, text);
  lines_testing::cut_everywhere(format, text);
  std::string crlf;
  for (const char c : text) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  lines_testing::same_in_all_windows(format, crlf);
}

}  // namespace
}  // namespace custos::ingest::auditd
