// Tools of packet captures, with scripts in the tools' place: what is handed over, read, bounded, named and removed.
#include <chrono>
#include <csignal>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "ingest/captures.h"
#include "ingest/transports/capture/process.h"
#include "ingest/transports/collector_for_test.h"

namespace custos::ingest {
namespace capture_test {
namespace {

using namespace for_test;

std::string capture_bytes() {
  std::string s("\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\xff\xff\0\0\1\0\0\0", 24);
  for (int i = 0; i < 3; ++i) s += std::string("\1\0\0\0\2\0\0\0\5\0\0\0\5\0\0\0", 16) + "hello";
  return s;
}

// A script in the place of a tool. `work` runs for a capture, in $1 `-C` or `-r`; the version is told before.
class Bench {
 public:
  explicit Bench(const std::string& work, const std::string& name = "zeek") {
    folder_.folder("tmp");
    folder_.folder("bin");
    folder_.folder("in");
    program_ = folder_.put("bin/" + name, "#!/bin/sh\ncase \"$1\" in --version|-V) echo \"a tool version 9.8.7 TEST\"; exit 0;; esac\n" + work + "\n");
    ::chmod(program_.c_str(), 0755);
  }
  CaptureOptions options(const std::string& tool = {}) const {
    CaptureOptions o;
    o.tool = tool.empty() ? program_ : tool;
    o.search_path = folder_ / "bin";
    o.temporary = folder_ / "tmp";
    return o;
  }
  Collector scan(const std::string& path, const Limits& limits = {}, CaptureStop* stop = nullptr) const {
    CaptureOptions o = options();
    o.stop = stop;
    const auto tool = find_capture_tool(o);
    EXPECT_TRUE(tool.has_value()) << tool.error().text;
    Collector c;
    if (tool) visit({path, to_valid_utf8(path), 0, kNoTime}, limits, c, &*tool);
    return c;
  }
  Collector scan(const Limits& limits = {}) const { return scan(put("c.pcap", capture_bytes()), limits); }
  std::string put(const std::string& name, const std::string& bytes) const { return folder_.put("in/" + name, bytes); }
  std::string in(const std::string& name) const { return folder_ / ("in/" + name); }
  bool clean() const { return std::filesystem::is_empty(folder_ / "tmp"); }
  const Folder& folder() const { return folder_; }

 private:
  Folder folder_;
  std::string program_;
};

// Tells of a capture what it is and how it was called.
constexpr const char* kZeekLike = "cp \"$3\" conn.log; echo \"$1 $2 $#\" > dns.log; echo no > notes.txt; pwd -P > where.log; env > env.log";

TEST(Capture, BecomesTheLogsOfItsTool) {
  const Bench b(kZeekLike);
  const std::string path = b.put("c.pcap", capture_bytes());
  const Collector c = b.scan(path);
  ASSERT_EQ(c.streams.size(), 5u);
  EXPECT_EQ(c.streams[0].first, path);
  EXPECT_EQ(c.streams[0].second, capture_bytes());
  EXPECT_EQ(c.handed[0], "Zeek 9.8.7");
  EXPECT_EQ(c.handed[1], "");
  EXPECT_EQ(c.streams[1].first, path + "!zeek/conn.log");
  EXPECT_EQ(c.streams[1].second, capture_bytes());
  EXPECT_EQ(c.bytes_of(path + "!zeek/dns.log"), "-C -r 3\n");
  EXPECT_EQ(c.bytes_of(path + "!zeek/where.log").find(b.folder() / "tmp/custos-pcap-"), 0u);
  EXPECT_TRUE(c.problems.empty());
  EXPECT_TRUE(b.clean());
}

TEST(Capture, ToolsGetASmallEnvironmentAndNoOpenFiles) {
  ASSERT_EQ(::setenv("CUSTOS_SECRET", "x", 1), 0);
  const int leaked = ::open("/dev/null", O_RDONLY);  // without O_CLOEXEC
  const Bench b("env > env.log; ls /proc/self/fd > fds.log; cat > input.log; ls -ld .. > mode.log; umask >&2");
  const Collector c = b.scan();
  ::close(leaked);
  ::unsetenv("CUSTOS_SECRET");
  const std::string env = c.bytes_of(b.in("c.pcap!zeek/env.log"));
  EXPECT_EQ(env.find("CUSTOS_SECRET"), std::string::npos);
  EXPECT_EQ(env.find("HOME="), std::string::npos);
  EXPECT_NE(env.find("LANG=C\n"), std::string::npos);
  EXPECT_NE(env.find("PATH=" + (b.folder() / "bin") + ":"), std::string::npos);
  EXPECT_EQ(c.bytes_of(b.in("c.pcap!zeek/fds.log")), "0\n1\n2\n3\n");  // 3 is the folder that ls reads
  EXPECT_EQ(c.bytes_of(b.in("c.pcap!zeek/input.log")), "");
  EXPECT_EQ(c.bytes_of(b.in("c.pcap!zeek/mode.log")).substr(0, 10), "drwx------");
}

TEST(Capture, OfSuricataOnlyEveIsRead) {
  const Bench b("test \"$5 $6\" = '-k none' || exit 3; echo '{}' > \"$4/eve.json\"; echo x > \"$4/fast.log\"; mkdir \"$4/eve.d.json\"", "suricata-7");
  const Collector c = b.scan();
  ASSERT_EQ(c.streams.size(), 2u);
  EXPECT_EQ(c.handed[0], "Suricata 9.8.7");
  EXPECT_EQ(c.bytes_of(b.in("c.pcap!suricata/eve.json")), "{}\n");
  EXPECT_TRUE(c.says("only files are read"));
}

TEST(Capture, ComesOutOfArchivesAndCompressions) {
  const Bench b(kZeekLike);
  const std::string gz = b.put("c.gz", squeeze("gzip", capture_bytes()));
  Collector c = b.scan(gz);
  EXPECT_EQ(c.bytes_of(gz), capture_bytes());
  EXPECT_EQ(c.bytes_of(gz + "!zeek/conn.log"), capture_bytes());
  EXPECT_TRUE(c.problems.empty());
  const std::string tar = b.put("a.tgz", pack("gnutar", "gzip", {{"-r.pcap", capture_bytes()}, {"a.log", "text\n"}}));
  c = b.scan(tar);
  ASSERT_EQ(c.streams.size(), 6u);
  EXPECT_EQ(c.bytes_of(tar + "!-r.pcap"), capture_bytes());
  EXPECT_EQ(c.bytes_of(tar + "!-r.pcap!zeek/conn.log"), capture_bytes());
  EXPECT_EQ(c.bytes_of(tar + "!a.log"), "text\n");
  EXPECT_TRUE(b.clean());
}

TEST(Capture, WithStrangeNamesIsNoOption) {
  const Bench b(kZeekLike);
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(b.in(""));
  for (const std::string name : {"-w", "--version", "a b\n$(touch x)::y", "pcap::c"}) {
    b.put(name, capture_bytes());
    const Collector c = b.scan(name);
    EXPECT_EQ(c.bytes_of(name + "!zeek/conn.log"), capture_bytes()) << name;
    EXPECT_EQ(c.bytes_of(name + "!zeek/dns.log"), "-C -r 3\n") << name;
  }
  std::filesystem::current_path(before);
  EXPECT_FALSE(std::filesystem::exists(b.in("x")));
}

TEST(Capture, WithoutAToolIsAStreamLikeOthers) {
  const Bench b("exit 1");
  Collector c;
  const std::string path = b.put("c.pcap", capture_bytes());
  visit({path, path, 0, kNoTime}, {}, c);
  ASSERT_EQ(c.streams.size(), 1u);
  EXPECT_EQ(c.handed[0], "");
}

TEST(Capture, IsUnreadWhenItsToolFailsAndMakesNothing) {
  const Bench b("printf 'first\\nfatal: \\033[31m\\302\\205 \\377 \\342\\200\\256 and so on %0300d\\n\\n' 7 >&2; exit 4");
  const Collector c = b.scan();
  EXPECT_TRUE(c.streams.empty());
  ASSERT_EQ(c.problems.size(), 1u);
  EXPECT_EQ(c.problems[0].state, ReadState::Unread);
  const std::string& why = c.problems[0].why;
  EXPECT_EQ(why.find("Zeek 9.8.7 failed with status 4: fatal: <U+001B>[31m"), 0u) << why;
  EXPECT_TRUE(is_valid_utf8(why));
  EXPECT_EQ(printable(why), why);
  EXPECT_LT(why.size(), 300u);
  EXPECT_TRUE(b.clean());
}

TEST(Capture, IsPartialWhenItsToolFailsHalfWay) {
  const Bench b("echo one > conn.log; echo \"in $3: fatal error, over\"; echo last; exit 1");
  const Collector c = b.scan();
  ASSERT_EQ(c.streams.size(), 2u);
  ASSERT_EQ(c.problems.size(), 1u);
  EXPECT_EQ(c.problems[0].state, ReadState::Partial);
  EXPECT_EQ(c.problems[0].name, b.in("c.pcap"));
  EXPECT_EQ(c.problems[0].why, "Zeek 9.8.7 failed with status 1: in capture: fatal error, over");
}

TEST(Capture, IsPartialWhenSuricataComplainsAndEndsWell) {
  for (const std::string line : {"E: pcap: error code -1 truncated dump file", "1/2/2024 -- 10:00:00 - <Error> - [ERRCODE: SC_ERR_PCAP_DISPATCH(20)] - no",
                                 "[1] 2024 Error: pcap: no"}) {
    const Bench b("echo '{}' > \"$4/eve.json\"; echo '" + line + "'; echo 'i: pcap: read 0 files'", "suricata");
    const Collector c = b.scan();
    EXPECT_EQ(c.streams.size(), 2u);
    ASSERT_EQ(c.problems.size(), 1u) << line;
    EXPECT_EQ(c.problems[0].why, "Suricata 9.8.7 did not read it to its end: " + line);
  }
  const Bench b("echo '{}' > \"$4/eve.json\"; echo 'E: detect: error parsing signature'; echo 'W: pcap: odd'", "suricata");
  EXPECT_TRUE(b.scan().problems.empty());
}

TEST(Capture, IsUnreadWithoutLogs) {
  const Collector c = Bench("echo x > x.txt").scan();
  ASSERT_EQ(c.problems.size(), 1u);
  EXPECT_EQ(c.problems[0].state, ReadState::Unread);
  EXPECT_TRUE(c.says("wrote no logs"));
}

TEST(Capture, IsNotWaitedForForever) {
  const Bench b("echo one > conn.log; (sleep 77; echo late > late.log) & echo $! > pids.log; echo $$ >> pids.log; sleep 77");
  Limits limits;
  limits.capture_seconds = 1;
  const auto start = std::chrono::steady_clock::now();
  const Collector c = b.scan(limits);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  EXPECT_TRUE(c.says("stopped after 1 seconds")) << c.problems[0].why;
  EXPECT_TRUE(c.says("--max-pcap-seconds"));
  EXPECT_EQ(c.bytes_of(b.in("c.pcap!zeek/conn.log")), "one\n");
  EXPECT_TRUE(b.clean());
  // Nobody of the group is left. A zombie that nobody has buried yet is no process any more.
  const std::string pids = c.bytes_of(b.in("c.pcap!zeek/pids.log"));
  for (std::size_t at = 0; at < pids.size(); at = pids.find('\n', at) + 1) {
    const std::string stat = "/proc/" + pids.substr(at, pids.find('\n', at) - at) + "/stat";
    for (int i = 0; i < 100 && std::ifstream(stat).good(); ++i) {
      std::string text;
      std::getline(std::ifstream(stat), text);
      if (text.find(") Z ") != std::string::npos) break;
      ASSERT_LT(i, 99) << text;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
}

TEST(Capture, LeavesNobodyBehindThatAToolStartedAndForgot) {
  const Bench b("echo one > conn.log; (while :; do echo x >> more.log; sleep 0.01; done) & exit 0");
  const Collector c = b.scan();
  EXPECT_EQ(c.bytes_of(b.in("c.pcap!zeek/conn.log")), "one\n");
  EXPECT_TRUE(b.clean());
}

TEST(Capture, CanNotFillTheDisk) {
  Limits limits;
  limits.capture_bytes = 100'000;
  const std::string one = "while :; do echo 0123456789012345678901234567890123456789; done";
  const std::string floods[] = {one + " > conn.log", one, "for i in 1 2 3 4 5 6 7 8 9; do head -c 50000 /dev/zero > $i.log; done",
                                 "i=0; while :; do i=$((i+1)); head -c 50000 /dev/zero > $i.log; done", "mkdir -p a/b; " + one + " > a/b/c"};
  for (const std::string& work : floods) {
    const Bench b(work);
    const Collector c = b.scan(limits);
    ASSERT_GE(c.problems.size(), 1u) << work;
    EXPECT_TRUE(c.says("--max-pcap-bytes")) << work << "\n" << c.problems[0].why;
    for (const auto& [name, bytes] : c.streams) EXPECT_LE(bytes.size(), 100'000u) << name;
    EXPECT_TRUE(b.clean()) << work;
  }
}

TEST(Capture, ThatIsPackedIsCopiedUpToTheLimit) {
  const Bench b(kZeekLike);
  Limits limits;
  limits.capture_bytes = 4000;
  std::string big = capture_bytes();
  while (big.size() < 9000) big += std::string("\1\0\0\0\2\0\0\0\5\0\0\0\5\0\0\0", 16) + "hello";
  const std::string path = b.put("c.gz", squeeze("gzip", big));
  const Collector c = b.scan(path, limits);
  EXPECT_EQ(c.bytes_of(path + "!zeek/conn.log"), big.substr(0, 4000));
  EXPECT_TRUE(c.says("only its first 4000 bytes"));
}

TEST(Capture, ThatIsDamagedInItsArchiveIsHandedOverAsFarAsItGoes) {
  const Bench b(kZeekLike);
  std::string big = capture_bytes() + std::string("\1\0\0\0\2\0\0\0\0\0\4\0\0\0\4\0", 16) + text_of(60'000);
  std::string packed = squeeze("gzip", big);
  packed.resize(packed.size() / 2);
  const std::string path = b.put("c.gz", packed);
  const Collector c = b.scan(path);
  EXPECT_GT(c.bytes_of(path + "!zeek/conn.log").size(), 1000u);
  EXPECT_EQ(c.bytes_of(path + "!zeek/conn.log"), c.bytes_of(path));
  EXPECT_FALSE(c.problems.empty());
  EXPECT_TRUE(b.clean());
}

TEST(Capture, SaysHowItsToolDied) {
  const Collector c = Bench("echo one > conn.log; kill -KILL $$").scan();
  EXPECT_TRUE(c.says("ended by signal 9 (SIGKILL)"));
  EXPECT_TRUE(Bench("kill -SEGV $$").scan().says("(SIGSEGV)"));
}

TEST(Capture, IsNotChangedByItsToolsFolderBeingRemoved) {
  const Bench b("echo one > conn.log; ln -s /etc/passwd files.log; mkdir -p d/e; ln -s \"$(readlink \"$3\")\" d/f; chmod 0 d/e");
  const std::string path = b.put("c.pcap", capture_bytes());
  const Collector c = b.scan(path);
  EXPECT_TRUE(b.clean());
  std::ifstream again(path, std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(again), {}), capture_bytes());
  // A link that a tool leaves is not followed.
  EXPECT_EQ(c.bytes_of(path + "!zeek/files.log"), "(no stream " + path + "!zeek/files.log)");
}

TEST(Capture, EndsItsToolWhenTheScanIsToEnd) {
  const Bench b("echo one > conn.log; sleep 77");
  CaptureStop stop;
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    stop.asked = true;
  });
  const auto start = std::chrono::steady_clock::now();
  const Collector c = b.scan(b.put("c.pcap", capture_bytes()), {}, &stop);
  later.join();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  EXPECT_TRUE(c.says("because the scan is ending"));
  EXPECT_EQ(stop.running, 0);
  EXPECT_TRUE(b.clean());
}

TEST(Capture, IsUnreadWhereNoFolderCanBeMade) {
  const Bench b("exit 0");
  auto tool = find_capture_tool(b.options());
  ASSERT_TRUE(tool.has_value());
  tool->options.temporary = b.in("nowhere");
  Collector c;
  const std::string path = b.put("c.pcap", capture_bytes());
  visit({path, path, 0, kNoTime}, {}, c, &*tool);
  ASSERT_EQ(c.problems.size(), 1u);
  EXPECT_EQ(c.problems[0].state, ReadState::Unread);
  EXPECT_TRUE(c.says("TMPDIR"));
}

TEST(CaptureTool, IsFoundByNameOrPath) {
  const Bench b("exit 0", "zeek");
  for (const std::string& name : {std::string("zeek"), b.folder() / "bin/zeek"}) {
    const auto tool = find_capture_tool(b.options(name));
    ASSERT_TRUE(tool.has_value()) << tool.error().text;
    EXPECT_EQ(tool->program, b.folder() / "bin/zeek");
    EXPECT_EQ(tool->title, "Zeek 9.8.7");
  }
  EXPECT_TRUE(b.clean());
}

TEST(CaptureTool, IsNeverTakenFromARelativeFolder) {
  const Bench b("exit 0", "zeek-of-the-intruder");
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(b.folder() / "bin");
  for (const char* path : {".", "", ":", "bin:.:"}) {
    CaptureOptions o = b.options("zeek-of-the-intruder");
    o.search_path = path;
    EXPECT_FALSE(find_capture_tool(o).has_value()) << path;
  }
  std::filesystem::current_path(before);
}

TEST(CaptureTool, ThatIsNotThereOrDoesNotRunIsAUsageError) {
  const Bench b("exit 0", "zeek");
  const std::string broken = b.folder().put("bin/suricata-broken", "#!/bin/sh\necho missing library >&2\nexit 127\n");
  const std::string nothing = b.folder().put("bin/suricata-nothing", "#!/no/such/interpreter\n");
  ::chmod(broken.c_str(), 0755);
  ::chmod(nothing.c_str(), 0755);
  const std::pair<std::string, const char*> wrong[] = {{"zeek-is-not-here", "install"}, {"suricata-is-not-here", "install"},
                                                       {"tcpdump", "suricata, zeek or"}, {"/no/such/zeek", "no program"},
                                                       {b.folder() / "bin", "takes suricata"}, {broken, "missing library"}, {nothing, "can't be run"}};
  for (const auto& [tool, says] : wrong) {
    const auto found = find_capture_tool(b.options(tool));
    ASSERT_FALSE(found.has_value()) << tool;
    EXPECT_EQ(found.error().code, Code::Usage) << tool;
    EXPECT_NE(found.error().text.find(says), std::string::npos) << found.error().text;
  }
}

TEST(Process, TellsWhyItCouldNotStart) {
  const Folder f;
  ProcessOrder order{.program = "/no/such/program", .arguments = {}, .environment = {}, .folder = f.path(), .said = f / "said"};
  EXPECT_EQ(run_process(order).how, Ending::How::NotStarted);
  EXPECT_EQ(run_process(order).number, ENOENT);
  order.program = "/bin/sh";
  order.folder = f / "nowhere";
  EXPECT_EQ(run_process(order).how, Ending::How::NotStarted);
}

TEST(Process, SaysSoWhenItsEndIsToldToNobody) {
  const Folder f;
  ::signal(SIGCHLD, SIG_IGN);
  const Ending e = run_process({.program = "/bin/true", .arguments = {}, .environment = {}, .folder = f.path(), .said = f / "said"});
  ::signal(SIGCHLD, SIG_DFL);
  EXPECT_EQ(e.how, Ending::How::Lost);
}

}  // namespace
}  // namespace capture_test
}  // namespace custos::ingest
