#include "ingest/formats/syslog/header.h"
#include "ingest/formats/syslog/programs.h"
#include "ingest/lines_testing.h"

namespace custos::ingest::syslog {
extern const Format format;
namespace {

using lines_testing::drive;
using lines_testing::Driven;
using lines_testing::Seen;

DecodeOptions modified(int year, int month, int day) {
  DecodeOptions o;
  o.modified = from_civil({year, month, day, 12, 0, 0}).value();
  return o;
}

Seen one(const std::string& line, const DecodeOptions& options = modified(2024, 3, 20)) {
  const Driven run = drive(format, line + "\n", 1u << 20, options);
  EXPECT_EQ(run.events.size(), 1u) << line;
  return run.events.empty() ? Seen{} : run.events[0];
}

Micros at(int year, int month, int day, int hour, int minute, int second) {
  return from_civil({year, month, day, hour, minute, second}).value();
}

TEST(Syslog, Rfc5424) {
  const Seen e =
      one("<34>1 2024-03-15T10:00:00.003Z gw app 77 ID47 [x@1 k=\"v \\\"q\\\" \\] \\\\ \\n\"][y a=\"1\" b=\"2\"] "
          "\xEF\xBB\xBFhello world");
  EXPECT_EQ(e.time, at(2024, 3, 15, 10, 0, 0) + 3000);
  EXPECT_EQ(e.get("hostname"), "gw");
  EXPECT_EQ(e.get("appname"), "app");
  EXPECT_EQ(e.get("procid"), "77");
  EXPECT_EQ(e.get("msgid"), "ID47");
  EXPECT_EQ(e.get("facility"), "auth");
  EXPECT_EQ(e.get("severity"), "crit");
  EXPECT_EQ(e.get("x@1.k"), "v \"q\" ] \\ \\n");
  EXPECT_EQ(e.get("y.a"), "1");
  EXPECT_EQ(e.get("y.b"), "2");
  EXPECT_EQ(e.get("message"), "hello world");
  EXPECT_EQ(e.source, "linux/syslog");
}

TEST(Syslog, Rfc5424WithNilValues) {
  const Seen e = one("<165>1 - - - - - -");
  EXPECT_EQ(e.time, kNoTime);
  EXPECT_EQ(e.get("hostname"), "<none>");
  EXPECT_EQ(e.get("message"), "<none>");
  EXPECT_EQ(e.get("facility"), "local4");
}

TEST(Syslog, StructuredDataThatNeverClosesStaysInTheMessage) {
  const Driven run = drive(format, "<34>1 2024-03-15T10:00:00Z gw a - - [x k=\"v] m\n");
  ASSERT_EQ(run.events.size(), 1u);
  EXPECT_EQ(run.events[0].get("message"), "[x k=\"v] m");
  EXPECT_EQ(run.note("structured data that never closes: kept in the message"), 1u);
}

TEST(Syslog, Rfc3164AndItsYear) {
  const std::string line = "Mar 15 10:00:00 gw prog[12]: text: more";
  EXPECT_EQ(one(line).time, at(2024, 3, 15, 10, 0, 0));
  EXPECT_EQ(one(line, modified(2024, 3, 10)).time, at(2023, 3, 15, 10, 0, 0));  // never in the future of the file
  EXPECT_EQ(one(line, modified(2025, 1, 2)).time, at(2024, 3, 15, 10, 0, 0));
  EXPECT_EQ(one("Feb 29 10:00:00 gw p: t", modified(2027, 3, 10)).time, at(2024, 2, 29, 10, 0, 0));
  EXPECT_EQ(one("Dec 31 23:59:59 gw p: t", modified(2024, 1, 1)).time, at(2023, 12, 31, 23, 59, 59));
  // A local clock may be ahead of UTC by 14 hours, not by more.
  EXPECT_EQ(one("Mar 21 02:00:00 gw p: t").time, at(2024, 3, 21, 2, 0, 0));
  EXPECT_EQ(one("Mar 21 02:00:01 gw p: t").time, at(2023, 3, 21, 2, 0, 1));
  const Seen e = one(line);
  EXPECT_EQ(e.get("hostname"), "gw");
  EXPECT_EQ(e.get("program"), "prog");
  EXPECT_EQ(e.get("procid"), "12");
  EXPECT_EQ(e.get("message"), "text: more");
  const Driven none = drive(format, line + "\n");
  EXPECT_EQ(none.events.at(0).time, kNoTime);
  EXPECT_EQ(none.coverage.notes.size(), 1u);
}

TEST(Syslog, OtherHeaders) {
  EXPECT_EQ(one("<13>Mar  5 10:00:00.5 gw p: t").time, at(2024, 3, 5, 10, 0, 0) + 500'000);
  EXPECT_EQ(one("Mar 15 2021 10:00:00 fw %ASA-4-106023: Deny").time, at(2021, 3, 15, 10, 0, 0));
  const Seen iso =
      one("2024-03-15T10:00:00.003+01:00 gw sshd-session[1]: Connection closed by 192.0.2.1 port 5 [preauth]");
  EXPECT_EQ(iso.time, at(2024, 3, 15, 9, 0, 0) + 3000);
  EXPECT_EQ(iso.source, "linux/sshd");
  EXPECT_EQ(one("2024-03-15T10:00:00+0100 gw p[1]: t").time, at(2024, 3, 15, 9, 0, 0));
  EXPECT_EQ(one("Fri 2024-03-15 10:00:00 UTC gw p[1]: t").time, at(2024, 3, 15, 10, 0, 0));
  EXPECT_EQ(one("1710496800.123456 gw p[1]: t").time, 1710496800123456);
  const Seen no_host = one("<13>Mar 15 10:00:00 /usr/sbin/cron[5]: (root) CMD (id)");
  EXPECT_EQ(no_host.get("hostname"), "<none>");
  EXPECT_EQ(no_host.get("program"), "cron");
  EXPECT_EQ(no_host.get("command"), "id");
  EXPECT_EQ(one("Mar 15 10:00:00 gw last message repeated 3 times").get("message"), "last message repeated 3 times");
}

TEST(Syslog, OddHeadersKeepTheEvent) {
  for (const char* const pri : {"", "-1", "999999999999999999999", "192", "abc", "34 "}) {
    const Driven run = drive(format, "<" + std::string(pri) + ">1 2024-03-15T10:00:00Z h a - - - m\n");
    ASSERT_EQ(run.events.size(), 1u);
    EXPECT_EQ(run.events[0].get("facility"), "<none>");
    EXPECT_EQ(run.events[0].get("message"), "m");
  }
  for (const char* const date : {"Feb 30 10:00:00", "Mar 32 99:99:99", "2024-13-45T99:99:99Z"}) {
    const Seen e = one(std::string(date) + " gw sshd[1]: Accepted password for a from 192.0.2.1 port 1 ssh2");
    EXPECT_EQ(e.time, kNoTime) << date;
    EXPECT_EQ(e.get("user"), "a");
  }
}

TEST(Syslog, LinesWithoutAHeader) {
  const Driven run = drive(format, "Mar 15 10:00:00 gw p: a\n\tat com.example.Main\n\x01\x02\xff\x00junk\n", 1u << 20,
                           modified(2024, 3, 20));
  ASSERT_EQ(run.events.size(), 2u);
  EXPECT_EQ(run.events[1].get("message"), "\tat com.example.Main");
  EXPECT_EQ(run.coverage.reject_count, 1u);
}

struct Says {
  const char* message;
  std::vector<std::pair<const char*, const char*>> fields;
};

void says(const std::string& program, const std::string& source, const std::vector<Says>& all) {
  for (const Says& s : all) {
    const Seen e = one("Mar 15 10:00:00 gw " + program + ": " + s.message);
    EXPECT_EQ(e.source, source) << s.message;
    for (const auto& [name, value] : s.fields) EXPECT_EQ(e.get(name), value) << name << " of " << s.message;
  }
}

TEST(Syslog, Sshd) {
  says("sshd[4711]", "linux/sshd",
       {{"Failed password for invalid user admin from 203.0.113.7 port 50022 ssh2",
         {{"action", "login"},
          {"outcome", "failure"},
          {"method", "password"},
          {"user", "admin"},
          {"invalid_user", "true"},
          {"src_ip", "203.0.113.7"},
          {"src_port", "50022"}}},
        {"Failed password for root from 198.51.100.1 port 22 ssh2 from 203.0.113.7 port 50022 ssh2",
         {{"user", "root from 198.51.100.1 port 22 ssh2"}, {"src_ip", "203.0.113.7"}}},
        {"Accepted publickey for anna from 2001:db8::7 port 50022 ssh2: ED25519 SHA256:abc",
         {{"outcome", "success"},
          {"method", "publickey"},
          {"user", "anna"},
          {"src_ip", "2001:db8::7"},
          {"key_type", "ED25519"},
          {"key_fingerprint", "SHA256:abc"}}},
        {"Invalid user oracle from 203.0.113.7",
         {{"outcome", "failure"}, {"user", "oracle"}, {"src_ip", "203.0.113.7"}, {"src_port", "<none>"}}},
        {"Accepted password for anna from gate.example.org port 1 ssh2",
         {{"src_ip", "<none>"}, {"src_host", "gate.example.org"}}},
        {"Connection closed by authenticating user root 203.0.113.7 port 9 [preauth]",
         {{"action", "disconnect"}, {"user", "root"}, {"src_port", "9"}}},
        {"Disconnected from invalid user a b 203.0.113.7 port 9 [preauth]",
         {{"user", "a b"}, {"invalid_user", "true"}, {"src_ip", "203.0.113.7"}}},
        {"Disconnected from 203.0.113.7 port 9", {{"user", "<none>"}, {"src_ip", "203.0.113.7"}}},
        {"Received disconnect from 203.0.113.7 port 9:11: Bye Bye [preauth]",
         {{"action", "disconnect"}, {"src_ip", "203.0.113.7"}, {"src_port", "9"}}},
        {"Connection from 203.0.113.7 port 9 on 10.0.0.1 port 22 rdomain \"\"",
         {{"action", "connect"}, {"dst_ip", "10.0.0.1"}, {"dst_port", "22"}}},
        {"User eve from 203.0.113.7 not allowed because not listed in AllowUsers",
         {{"user", "eve"}, {"outcome", "failure"}, {"reason", "not listed in AllowUsers"}}},
        {"error: maximum authentication attempts exceeded for root from 203.0.113.7 port 9 ssh2 [preauth]",
         {{"user", "root"}, {"outcome", "failure"}}},
        {"message repeated 5 times: [ Failed password for root from 203.0.113.7 port 50022 ssh2]",
         {{"repeated", "5"}, {"user", "root"}, {"src_port", "50022"}}},
        {"Unable to negotiate with 203.0.113.7 port 9: no matching cipher found.",
         {{"src_ip", "203.0.113.7"}, {"reason", "no matching cipher found."}}},
        {"Starting session: command on pts/0 for anna from 203.0.113.7 port 9 id 0",
         {{"action", "session_open"}, {"user", "anna"}, {"tty", "pts/0"}}},
        {"pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.7  "
         "user=root",
         {{"pam_service", "sshd"},
          {"pam_type", "auth"},
          {"outcome", "failure"},
          {"user", "root"},
          {"src_ip", "203.0.113.7"},
          {"uid", "0"},
          {"tty", "ssh"},
          {"ruser", "<none>"}}},
        {"pam_unix(sshd:session): session opened for user anna(uid=1000) by (uid=0)",
         {{"action", "session_open"},
          {"target_user", "anna"},
          {"target_uid", "1000"},
          {"uid", "0"},
          {"user", "<none>"}}}});
}

TEST(Syslog, SudoAndSu) {
  says("sudo", "linux/sudo",
       {{"    anna : TTY=pts/0 ; PWD=/home/anna ; USER=root ; COMMAND=/bin/sh -c 'a ; b'",
         {{"user", "anna"},
          {"USER", "root"},
          {"target_user", "root"},
          {"command", "/bin/sh -c 'a ; b'"},
          {"COMMAND", "/bin/sh -c 'a ; b'"},
          {"pwd", "/home/anna"},
          {"tty", "pts/0"},
          {"outcome", "success"}}},
        {"anna : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/ ; USER=#-1 ; COMMAND=/bin/id",
         {{"outcome", "failure"}, {"reason", "3 incorrect password attempts"}, {"USER", "#-1"}}},
        {"pam_unix(sudo:session): session opened for user root(uid=0) by anna(uid=1000)",
         {{"target_user", "root"}, {"user", "anna"}, {"uid", "1000"}}}});
  says("su[1]", "linux/auth",
       {{"(to root) anna on pts/1",
         {{"target_user", "root"}, {"user", "anna"}, {"tty", "pts/1"}, {"outcome", "success"}}},
        {"FAILED SU (to root) anna on pts/1", {{"outcome", "failure"}, {"user", "anna"}}},
        {"Successful su for root by anna", {{"target_user", "root"}, {"user", "anna"}}},
        {"'su root' failed for lonvick on /dev/pts/8",
         {{"outcome", "failure"}, {"user", "lonvick"}, {"tty", "/dev/pts/8"}}}});
}

TEST(Syslog, AccountsAndServices) {
  says("useradd[1]", "linux/auth",
       {{"new user: name=bob, UID=0, GID=0, home=/home/bob, shell=/bin/bash, from=/dev/pts/0",
         {{"action", "user_add"}, {"target_user", "bob"}, {"target_uid", "0"}, {"gid", "0"}, {"shell", "/bin/bash"}}},
        {"new group: name=bob, GID=1001", {{"action", "group_add"}, {"group", "bob"}, {"gid", "1001"}}}});
  says("usermod[1]", "linux/auth",
       {{"add 'bob' to group 'sudo'", {{"action", "group_member_add"}, {"target_user", "bob"}, {"group", "sudo"}}}});
  says("gpasswd[1]", "linux/auth",
       {{"user bob added by root to group sudo", {{"target_user", "bob"}, {"user", "root"}, {"group", "sudo"}}}});
  says("userdel[1]", "linux/auth", {{"delete user 'bob'", {{"action", "user_delete"}, {"target_user", "bob"}}}});
  says("systemd-logind[1]", "linux/auth", {{"New session 3 of user anna.", {{"user", "anna"}, {"session_id", "3"}}}});
  says("systemd[1]", "linux/syslog",
       {{"Stopped firewalld.service - firewalld - dynamic firewall daemon.",
         {{"action", "stopped"}, {"unit", "firewalld.service"}}},
        {"nginx.service: Main process exited, code=exited, status=1/FAILURE", {{"unit", "nginx.service"}}}});
  says("CRON[1]", "linux/cron",
       {{"(root) CMD (   cd / && run-parts /etc/cron.hourly)",
         {{"user", "root"}, {"action", "CMD"}, {"command", "cd / && run-parts /etc/cron.hourly"}}}});
  says("crontab[1]", "linux/cron", {{"(anna) REPLACE (anna)", {{"user", "anna"}, {"action", "REPLACE"}}}});
  says("named[1]", "linux/named/dns",
       {{"client @0x7f3a 10.0.0.5#53212 (example.com): query: example.com IN TXT +E(0)K (10.0.0.53)",
         {{"query", "example.com"},
          {"record_type", "TXT"},
          {"src_ip", "10.0.0.5"},
          {"src_port", "53212"},
          {"dst_ip", "10.0.0.53"}}},
        {"client 192.0.2.1#5353 (example.org): zone transfer 'example.org/AXFR/IN' denied",
         {{"action", "zone_transfer"}, {"query", "example.org"}, {"record_type", "AXFR"}, {"outcome", "failure"}}}});
  says("dnsmasq[1]", "linux/dnsmasq/dns",
       {{"query[A] example.com from 10.0.0.5",
         {{"query", "example.com"}, {"record_type", "A"}, {"src_ip", "10.0.0.5"}}}});
  says("kernel", "linux/syslog/firewall",
       {{"[1.2] [UFW BLOCK] IN=eth0 OUT= MAC=00 SRC=192.0.2.1 DST=10.0.0.1 LEN=40 PROTO=TCP SPT=1 DPT=22 SYN",
         {{"src_ip", "192.0.2.1"}, {"dst_port", "22"}, {"action", "drop"}}}});
}

TEST(Syslog, AuditRecordsInside) {
  says("audit[5]", "linux/auditd",
       {{"USER_AUTH pid=5 uid=0 msg='op=PAM:authentication acct=\"root\" res=failed'",
         {{"type", "USER_AUTH"}, {"acct", "root"}, {"res", "failed"}}}});
  const Seen e =
      one("Mar 15 10:00:00 gw kernel: [  1.2] audit: type=1400 audit(1710496800.123:45): apparmor=\"DENIED\" "
          "name=\"/etc/shadow\" comm=\"named\"");
  EXPECT_EQ(e.get("type"), "AVC");
  EXPECT_EQ(e.get("name"), "/etc/shadow");
  EXPECT_EQ(e.time, 1710496800123000);
}

TEST(Syslog, SysmonForLinux) {
  const std::string event =
      "<Event><System><Provider Name=\"Linux-Sysmon\"/><EventID>1</EventID><TimeCreated "
      "SystemTime=\"2024-03-15T10:00:00.5Z\"/><Channel>Linux-Sysmon/Operational</Channel></System><EventData><Data "
      "Name=\"Image\">/bin/sh</Data><Data Name=\"CommandLine\">sh -c &quot;id&quot;</Data></EventData></Event>";
  const Seen e = one("<14>Mar 15 10:00:07 u5 sysmon: " + event);
  EXPECT_EQ(e.source, "linux/sysmon/process_creation");
  EXPECT_EQ(e.time, at(2024, 3, 15, 10, 0, 0) + 500'000);
  EXPECT_EQ(e.get("Image"), "/bin/sh");
  EXPECT_EQ(e.get("CommandLine"), "sh -c \"id\"");
  EXPECT_EQ(e.get("hostname"), "u5");
  const Driven cut = drive(format, "<14>Mar 15 10:00:07 u5 sysmon: " + event.substr(0, event.size() - 30) + "\n");
  EXPECT_EQ(cut.events.at(0).get("Image"), "/bin/sh");
  EXPECT_EQ(cut.note("XML that is cut off inside a message: what could be read was read"), 1u);
  EXPECT_EQ(one("<14>Mar 15 10:00:07 u5 x: <html>a</html>").source, "linux/syslog");
  lines_testing::same_in_all_windows(format, "<14>Mar 15 10:00:07 u5 sysmon: " + event + "\xff\n", modified(2024, 3, 20));
  lines_testing::cut_everywhere(format, "<14>Mar 15 10:00:07 u5 sysmon: " + event + "\n", modified(2024, 3, 20));
}

TEST(Syslog, TheProgramTableIsSorted) {
  for (const char* const name : {"CRON", "anacron", "clamd", "crontab", "kernel", "passwd", "sshd", "su", "sudo",
                                 "systemd", "systemd-logind", "useradd", "vsftpd"}) {
    ASSERT_NE(find_program(name), nullptr) << name;
    EXPECT_EQ(find_program(name)->name, name);
  }
  EXPECT_EQ(find_program("nothing"), nullptr);
}

TEST(Syslog, WindowsAndCuts) {
  const std::string text =
      "<34>1 2024-03-15T10:00:00.003Z gw su - ID47 [x@1 k=\"v\\\"\"] \xEF\xBB\xBF'su root' failed\n"
      "Mar 15 10:00:00 gw sshd[4711]: Failed password for invalid user \xff\xC3\xBC from 203.0.113.7 port 50022 "
      "ssh2\r\n"
      "Mar 15 10:00:00 gw audit[1]: USER_AUTH pid=1 msg='op=x acct=6162 res=failed'\rnot a header\n"
      "Mar 15 10:00:00 gw sudo: a : TTY=p ; PWD=/ ; USER=r ; COMMAND=/bin/x";
  lines_testing::same_in_all_windows(format, text, modified(2024, 3, 20));
  lines_testing::cut_everywhere(format, text, modified(2024, 3, 20));
}

}  // namespace
}  // namespace custos::ingest::syslog
