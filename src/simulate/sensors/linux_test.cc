#include "simulate/sensors/linux_run.h"
#include "simulate/sensors/stage_test.h"

namespace custos::simulate {
namespace {

using testing::kMorning;
using testing::split;
using testing::Stage;

// The value of `key` in an audit record, as auparse reads it: quoted, or hexadecimal, or a word.
std::string value(std::string_view line, std::string_view key) {
  const std::string find = " " + std::string(key) + "=";
  const std::size_t at = line.find(find);
  if (at == std::string_view::npos) return "<none>";
  std::string_view v = line.substr(at + find.size());
  if (!v.empty() && v.front() == '"') return std::string(v.substr(1, v.find('"', 1) - 1));
  return std::string(v.substr(0, v.find(' ')));
}

std::string unhex(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i + 1 < s.size(); i += 2) out += static_cast<char>(std::stoi(std::string(s.substr(i, 2)), nullptr, 16));
  return out;
}

// Records of one type, each checked for the three words every record begins with.
std::vector<std::string> of_type(const std::vector<std::string>& lines, std::string_view type) {
  std::vector<std::string> out;
  for (const std::string& l : lines) {
    EXPECT_EQ(l.substr(0, 5), "node=") << l;
    EXPECT_NE(l.find(" msg=audit("), std::string::npos) << l;
    if (l.find(" type=" + std::string(type) + " ") != std::string::npos) out.push_back(l);
  }
  return out;
}

TEST(LinuxAuth, ASessionFromTheFirstLineToTheLast) {
  Stage s(7, {"linux-auth"});
  Machine& host = s.world.first(Kind::Bastion);
  const Shell shell = s.scene.linux_.login(s.at(), host, s.who(), "10.20.8.31", 53'124);
  s.scene.linux_.run(s.at(kMinute), shell, {"apt", "update"}, "/home/" + shell.user, true);
  s.scene.linux_.logout(s.at(kHour), shell);
  const auto lines = s.lines("auth");
  const std::string user = shell.user, pid = std::to_string(shell.pid), child = std::to_string(shell.pid + 6), uid = std::to_string(s.who().uid);
  ASSERT_EQ(lines.size(), 11u);
  EXPECT_EQ(lines[0].substr(0, 88 + pid.size() + user.size()),
            "Nov 10 09:00:00 bastion-01 sshd[" + pid + "]: Accepted publickey for " + user + " from 10.20.8.31 port 53124 ss");
  EXPECT_NE(lines[0].find(" ssh2: ED25519 SHA256:"), std::string::npos);
  EXPECT_EQ(lines[0].size() - lines[0].find("SHA256:"), 50u);  // 32 bytes in base 64 without padding are 43 characters
  EXPECT_EQ(lines[1], "Nov 10 09:00:00 bastion-01 sshd[" + pid + "]: pam_unix(sshd:session): session opened for user " + user + "(uid=" + uid + ") by (uid=0)");
  EXPECT_NE(lines[2].find("]: New session " + std::to_string(shell.session) + " of user " + user + "."), std::string::npos);
  const std::string padded = std::string(user.size() < 8 ? 8 - user.size() : 0, ' ') + user;
  EXPECT_EQ(lines[3], "Nov 10 09:01:00 bastion-01 sudo: " + padded + " : TTY=pts/" + std::to_string(shell.session % 3) + " ; PWD=/home/" + user +
                          " ; USER=root ; COMMAND=/usr/bin/apt update");
  EXPECT_NE(lines[4].find("sudo: pam_unix(sudo:session): session opened for user root(uid=0) by " + user + "(uid=" + uid + ")"), std::string::npos);
  EXPECT_NE(lines[5].find("sudo: pam_unix(sudo:session): session closed for user root"), std::string::npos);
  EXPECT_EQ(lines[6], "Nov 10 10:00:00 bastion-01 sshd[" + child + "]: Received disconnect from 10.20.8.31 port 53124:11: disconnected by user");
  EXPECT_EQ(lines[7], "Nov 10 10:00:00 bastion-01 sshd[" + child + "]: Disconnected from user " + user + " 10.20.8.31 port 53124");
  EXPECT_EQ(lines[8], "Nov 10 10:00:00 bastion-01 sshd[" + pid + "]: pam_unix(sshd:session): session closed for user " + user);
  EXPECT_NE(lines[10].find("Removed session "), std::string::npos);
}

TEST(LinuxAuth, RefusedLogins) {
  Stage s;
  Machine& host = s.world.first(Kind::Bastion);
  s.scene.linux_.refused(s.at(), host, "oracle", false, "203.0.113.210", 40'000);
  s.scene.linux_.refused(s.at(kMinute), host, "root", true, "203.0.113.210", 40'001);
  const std::string all = s.all("auth");
  for (const char* text : {"]: Invalid user oracle from 203.0.113.210 port 40000\n", "]: pam_unix(sshd:auth): check pass; user unknown\n",
                           "]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.210 \n",
                           "]: Failed password for invalid user oracle from 203.0.113.210 port 40000 ssh2\n",
                           "]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.210  user=root\n",
                           "]: Failed password for root from 203.0.113.210 port 40001 ssh2\n"}) {
    EXPECT_NE(all.find(text), std::string::npos) << text;
  }
  EXPECT_EQ(all.find("Invalid user root"), std::string::npos);
  const auto failed = of_type(s.lines("audit"), "USER_LOGIN");
  ASSERT_EQ(failed.size(), 2u);
  EXPECT_EQ(unhex(value(failed[0], "acct")), "(invalid user)");
  EXPECT_EQ(value(failed[1], "acct"), "root");
  EXPECT_EQ(value(failed[1], "res"), "failed'");
}

TEST(LinuxAuth, CronAccountsAndOtherMessages) {
  Stage s;
  Machine& host = s.world.first(Kind::Database);
  s.scene.linux_.cron(s.at(), host, "postgres", "/usr/local/bin/dump --all");
  s.scene.linux_.cron(s.at(kMinute), host, "root", "cd / && run-parts --report /etc/cron.hourly");
  s.scene.linux_.account(s.at(2 * kMinute), host, "deploy", 1'077);
  s.scene.linux_.message(s.at(3 * kMinute), host, "su", 0, "(to root) someone on pts/0\nNov 10 09:00:00 forged");
  const std::string all = s.all("auth");
  for (const char* text : {"(postgres) CMD (/usr/local/bin/dump --all)\n", "pam_unix(cron:session): session opened for user postgres(uid=110) by (uid=0)\n",
                           "(root) CMD (cd / && run-parts --report /etc/cron.hourly)\n", "]: new group: name=deploy, GID=1077\n",
                           "]: new user: name=deploy, UID=1077, GID=1077, home=/home/deploy, shell=/bin/bash, from=/dev/pts/0\n",
                           "db-01 su: (to root) someone on pts/0#012Nov 10 09:00:00 forged\n"}) {
    EXPECT_NE(all.find(text), std::string::npos) << text;
  }
  const auto audit = s.lines("audit");
  EXPECT_EQ(of_type(audit, "EXECVE").size(), 3u);  // sh, what it turns into, and a line that only sh understands
  EXPECT_EQ(of_type(audit, "ADD_USER").size(), 1u);
}

TEST(LinuxAudit, ACommandIsOneEventOfSixLines) {
  Stage s;
  Machine& host = s.world.first(Kind::Bastion);
  const Shell shell = s.scene.linux_.login(s.at(), host, s.who(), "10.20.8.31", 53'124, false);
  const std::vector<std::string> words{"grep", "two words", "say \"x\"", "\xC3\xBC", "-r", ""};
  s.scene.linux_.run(s.at(kMinute), shell, words, "/srv/a b");
  const auto lines = s.lines("audit");
  const auto execve = of_type(lines, "EXECVE");
  ASSERT_EQ(execve.size(), 1u);
  EXPECT_EQ(value(execve[0], "argc"), "6");
  EXPECT_EQ(value(execve[0], "a0"), "grep");
  EXPECT_EQ(value(execve[0], "a1"), "74776F20776F726473");
  for (std::size_t i : {1u, 2u, 3u}) EXPECT_EQ(unhex(value(execve[0], "a" + std::to_string(i))), words[i]);
  EXPECT_EQ(value(execve[0], "a4"), "-r");
  EXPECT_EQ(value(execve[0], "a5"), "");
  EXPECT_EQ(unhex(value(of_type(lines, "CWD")[0], "cwd")), "/srv/a b");
  EXPECT_EQ(unhex(value(of_type(lines, "PROCTITLE")[0], "proctitle")), std::string("grep\0two words\0say \"x\"\0\xC3\xBC\0-r\0", 29));
  const std::string call = of_type(lines, "SYSCALL")[0];
  EXPECT_EQ(value(call, "syscall"), "59");
  EXPECT_EQ(value(call, "exe"), "/usr/bin/grep");
  EXPECT_EQ(value(call, "auid"), std::to_string(s.who().uid));
  EXPECT_EQ(value(call, "ses"), std::to_string(shell.session));
  const std::string mark = call.substr(call.find("msg="), call.find(": ") - call.find("msg="));
  EXPECT_EQ(mark.substr(0, 25), "msg=audit(1794301260.123:");
  int together = 0;
  for (const std::string& l : lines) together += l.find(mark) != std::string::npos;
  EXPECT_EQ(together, 6);
  EXPECT_EQ(of_type(lines, "PATH").size(), 2u);
}

TEST(LinuxAudit, SudoKeepsTheLoginAndChangesTheUser) {
  Stage s(7, {"auditd"});
  const Shell shell = s.scene.linux_.login(s.at(), s.world.first(Kind::Bastion), s.who(), "10.20.8.31", 53'124);
  s.scene.linux_.run(s.at(kMinute), shell, {"useradd", "deploy"}, "/root", true);
  const auto calls = of_type(s.lines("audit"), "SYSCALL");
  ASSERT_EQ(calls.size(), 2u);
  const std::string uid = std::to_string(s.who().uid);
  EXPECT_EQ(value(calls[0], "comm"), "sudo");
  EXPECT_EQ(value(calls[0], "uid"), uid);
  EXPECT_EQ(value(calls[0], "euid"), "0");
  EXPECT_EQ(value(calls[1], "exe"), "/usr/sbin/useradd");
  EXPECT_EQ(value(calls[1], "uid"), "0");
  EXPECT_EQ(value(calls[1], "auid"), uid);
  EXPECT_EQ(value(calls[1], "ppid"), value(calls[0], "pid"));
  const auto asked = of_type(s.lines("audit"), "USER_CMD");
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(unhex(value(asked[0], "cmd")), "/usr/sbin/useradd deploy");
}

TEST(LinuxAudit, SerialsCountUpWithoutGaps) {
  Stage s(7, {"auditd"});
  Machine& host = s.world.first(Kind::Bastion);
  for (int i = 0; i < 20; ++i) s.scene.linux_.message(s.at(i), host, "x", 1, "not for auditd");
  const Shell shell = s.scene.linux_.login(s.at(), host, s.who(), "10.20.8.31", 53'124);
  for (int i = 0; i < 20; ++i) s.scene.linux_.run(s.at(i * kMinute), shell, {"ls"}, "/");
  s.scene.linux_.opened(s.at(kHour), shell, "/etc/shadow", "shadow");
  std::set<std::uint64_t> serials;
  for (const std::string& l : s.lines("audit")) {
    const std::size_t at = l.find(':', l.find("msg=audit("));
    serials.insert(std::stoull(l.substr(at + 1)));
  }
  ASSERT_FALSE(serials.empty());
  EXPECT_EQ(*serials.rbegin() - *serials.begin() + 1, serials.size());
}

TEST(LinuxAudit, LongArgumentsComeInPieces) {
  Stage s(7, {"auditd"});
  const Shell shell = s.scene.linux_.login(s.at(), s.world.first(Kind::Bastion), s.who(), "10.20.8.31", 53'124);
  const std::string plain(20'000, 'x');
  std::string odd;
  for (int i = 0; i < 5'000; ++i) odd += "a ";
  s.scene.linux_.run(s.at(kMinute), shell, {"echo", plain, odd}, "/");
  const std::string execve = of_type(s.lines("audit"), "EXECVE").at(0);
  EXPECT_EQ(value(execve, "a1_len"), "20000");
  EXPECT_EQ(value(execve, "a1[0]") + value(execve, "a1[1]") + value(execve, "a1[2]"), plain);
  EXPECT_EQ(unhex(value(execve, "a2[0]") + value(execve, "a2[1]") + value(execve, "a2[2]")), odd);
  EXPECT_EQ(value(of_type(s.lines("audit"), "PROCTITLE").at(0), "proctitle").size(), 256u);  // 128 bytes
}

TEST(Linux, OtherMachinesWriteNothing) {
  Stage s;
  for (Machine* m : {&s.world.first(Kind::FileServer), &s.world.first(Kind::Printer)}) {
    const Shell shell = s.scene.linux_.login(s.at(), *m, s.who(), "10.20.8.31", 1);
    s.scene.linux_.run(s.at(), shell, {"ls"}, "/", true);
    s.scene.linux_.opened(s.at(), shell, "/etc/shadow", "k");
    s.scene.linux_.logout(s.at(), shell);
    s.scene.linux_.refused(s.at(), *m, "root", true, "203.0.113.210", 1);
    s.scene.linux_.cron(s.at(), *m, "root", "ls");
    s.scene.linux_.account(s.at(), *m, "x", 1);
    s.scene.linux_.message(s.at(), *m, "x", 1, "y");
  }
  s.scene.linux_.logout(s.at(), {});
  s.finish();
  EXPECT_TRUE(s.output.files.empty());
}

TEST(Linux, AWrongClockShowsInTheLineAndNotInItsOrder) {
  Stage s;
  Machine& host = s.world.first(Kind::Bastion);
  host.skew = -2 * kHour;
  s.scene.linux_.refused(s.at(), host, "root", true, "203.0.113.210", 1);
  EXPECT_EQ(s.lines("auth").at(0).substr(0, 15), "Nov 10 07:00:00");
  EXPECT_NE(s.all("audit").find("audit(17942940"), std::string::npos);
}

}  // namespace
}  // namespace custos::simulate
