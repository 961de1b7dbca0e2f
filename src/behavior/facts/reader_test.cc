#include "behavior/facts/reader.h"

#include <limits>
#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>

namespace custos::behavior::reading {
namespace {

using Pairs = std::initializer_list<std::pair<std::string_view, std::string_view>>;

struct Reading : ::testing::Test {
  Names names{10'000};
  LogSources sources;
  Batch batch{names, sources};
  Dictionary texts;
  FactReader reader{names, texts, [](std::string_view address) { return address.starts_with("10.") || address == "192.0.2.80"; }};
  std::vector<Fact> out;

  void read(std::string_view product, std::string_view service, Pairs fields, Micros time = 5, std::string_view categories = {}, std::uint64_t offset = 7) {
    batch.clear();
    batch.begin({}, offset, 1);
    for (const auto& [name, value] : fields) batch.add(name, value);
    batch.pending_record().time = time;
    batch.pending_record().log_source = sources.intern(product, service, categories);
    batch.end();
    reader.read(batch[0], 3, out);
  }
  // The one fact of an event besides its presence.
  Fact one(std::string_view product, std::string_view service, Pairs fields, std::string_view categories = {}) {
    out.clear();
    read(product, service, fields, 5, categories);
    reader.flush(out);
    std::erase_if(out, [](const Fact& f) { return f.kind == Kind::Presence; });
    EXPECT_EQ(out.size(), 1u);
    return out.empty() ? Fact{} : out[0];
  }
  // "kind host user peer object", failed ones with "!"
  std::string said(const Fact& f) {
    return fmt(f.failed ? "!" : "") + std::string(kind_name(f.kind)) + "|" + fmt(texts.text(f.host)) + "|" + fmt(texts.text(f.user)) + "|" + fmt(texts.text(f.peer)) + "|" +
           fmt(texts.text(f.object));
  }
  std::string said(std::string_view product, std::string_view service, Pairs fields, std::string_view categories = {}) { return said(one(product, service, fields, categories)); }
  static std::string fmt(std::string_view s) { return std::string(s); }
  bool nothing(std::string_view product, std::string_view service, Pairs fields) {
    out.clear();
    read(product, service, fields);
    reader.flush(out);
    return out.size() == 1 && out[0].kind == Kind::Presence;
  }
};

TEST_F(Reading, WindowsLogons) {
  EXPECT_EQ(said("windows", "security", {{"EventID", "4624"}, {"Computer", "DC1.court.org"}, {"TargetUserName", "M.Osei"}, {"TargetDomainName", "COURT"}, {"LogonType", "3"},
                                         {"AuthenticationPackageName", "Kerberos"}, {"IpAddress", "::ffff:10.1.2.3"}}),
            "logon|dc1.court.org|court\\m.osei|10.1.2.3|kerberos 3");
  EXPECT_EQ(said("windows", "security", {{"EventID", "4625"}, {"Computer", "a"}, {"TargetUserName", "x"}, {"IpAddress", "127.0.0.1"}, {"WorkstationName", "WS9"},
                                         {"AuthenticationPackageName", "NTLM"}, {"LogonType", "2"}}),
            "!logon|a|x|ws9|ntlm 2");
  for (const std::string_view nobody : {"WS1$", "SYSTEM", "-", "DWM-3", "ANONYMOUS LOGON"}) {
    EXPECT_TRUE(nothing("windows", "security", {{"EventID", "4624"}, {"TargetUserName", nobody}})) << nobody;
  }
}

TEST_F(Reading, WindowsTickets) {
  EXPECT_EQ(said("windows", "security", {{"EventID", "4769"}, {"Computer", "dc1"}, {"TargetUserName", "m.osei@COURT.ORG"}, {"TargetDomainName", "COURT.ORG"}, {"ServiceName", "SQL01$"},
                                         {"TicketEncryptionType", "0x17"}, {"IpAddress", "::ffff:10.0.0.9"}, {"Status", "0x0"}}),
            "ticket|10.0.0.9|court\\m.osei|sql01$|0x17");
  EXPECT_EQ(said("windows", "security", {{"EventID", "4768"}, {"Computer", "dc1"}, {"TargetUserName", "a"}, {"ServiceName", "krbtgt"}, {"TicketEncryptionType", "0x12"}, {"Status", "0x6"}}),
            "!ticket|dc1|a|krbtgt|0x12");
  EXPECT_TRUE(nothing("windows", "security", {{"EventID", "4769"}, {"TargetUserName", "WS1$@COURT.ORG"}, {"ServiceName", "x"}}));
}

TEST_F(Reading, WindowsProgramsFilesAndScripts) {
  EXPECT_EQ(said("windows", "security", {{"EventID", "4688"}, {"Computer", "WS1"}, {"SubjectUserName", "a"}, {"SubjectDomainName", "C"}, {"NewProcessName", "C:\\X\\Cmd.exe"},
                                         {"ParentProcessName", "C:\\W\\explorer.exe"}, {"CommandLine", "Cmd /c dir 17"}}),
            "run|ws1|c\\a|c:\\w\\explorer.exe > c:\\x\\cmd.exe|cmd /c dir 0");
  EXPECT_EQ(said("windows", "security", {{"EventID", "5145"}, {"Computer", "FS1.court.org"}, {"SubjectUserName", "a"}, {"IpAddress", "10.0.0.4"}, {"ShareName", "\\\\*\\HR"},
                                         {"RelativeTargetName", "Pay\\June.xlsx"}}),
            "access|10.0.0.4|a|\\\\fs1\\hr|pay\\june.xlsx");
  EXPECT_EQ(said("windows", "security", {{"EventID", "4663"}, {"Computer", "fs1"}, {"SubjectUserName", "a"}, {"ObjectName", "D:\\Hr\\June.xlsx"}}),
            "access|fs1|a|d:\\hr|d:\\hr\\june.xlsx");
  EXPECT_EQ(said("windows", "powershell", {{"EventID", "4104"}, {"Computer", "ws1"}, {"ScriptBlockText", "Get-Item 5"}}), "run|ws1||powershell > script|get-item 0");
  EXPECT_TRUE(nothing("windows", "security", {{"EventID", "4634"}, {"TargetUserName", "a"}}));
}

TEST_F(Reading, Sysmon) {
  EXPECT_EQ(said("windows", "sysmon", {{"EventID", "1"}, {"Computer", "w"}, {"User", "C\\A"}, {"Image", "b.exe"}, {"ParentImage", "a.exe"}}), "run|w|c\\a|a.exe > b.exe|b.exe");
  EXPECT_EQ(said("windows", "sysmon", {{"EventID", "1"}, {"Computer", "w"}, {"User", "NT AUTHORITY\\SYSTEM"}, {"Image", "b.exe"}, {"ParentImage", "a.exe"}}),
            "run|w||a.exe > b.exe|b.exe");
  EXPECT_EQ(said("windows", "sysmon", {{"EventID", "3"}, {"Computer", "w"}, {"Image", "b.exe"}, {"DestinationPort", "443"}}), "trace|w||443|event 3 by b.exe");
  EXPECT_EQ(said("windows", "sysmon", {{"EventID", "10"}, {"Computer", "w"}, {"SourceImage", "b.exe"}, {"TargetImage", "lsass.exe"}}), "trace|w||lsass.exe|event 10 by b.exe");
  EXPECT_EQ(said("windows", "sysmon", {{"EventID", "11"}, {"Computer", "w"}, {"Image", "b.exe"}, {"TargetFilename", "C:\\d\\f.txt"}}), "trace|w||c:\\d|event 11 by b.exe");
  EXPECT_EQ(said("windows", "sysmon", {{"EventID", "13"}, {"Computer", "w"}, {"Image", "b.exe"}, {"TargetObject", "HKLM\\Run\\x"}}), "trace|w||hklm\\run|event 13 by b.exe");
  EXPECT_EQ(said("windows", "sysmon", {{"EventID", "22"}, {"Computer", "w"}, {"QueryName", "Bad.Example"}, {"QueryStatus", "9003"}}), "!lookup|w|||bad.example");
}

TEST_F(Reading, TheWire) {
  const Fact conn = one("zeek", "conn", {{"id.orig_h", "10.0.0.1"}, {"id.resp_h", "1.2.3.4"}, {"id.resp_p", "443"}, {"proto", "tcp"}, {"orig_ip_bytes", "900"}, {"orig_bytes", "700"},
                                         {"resp_bytes", "50"}});
  EXPECT_EQ(said(conn), "contact|10.0.0.1||1.2.3.4|443/tcp");
  EXPECT_EQ(conn.sent, 900);
  EXPECT_EQ(conn.received, 50);
  EXPECT_EQ(conn.source, 3u);
  EXPECT_EQ(conn.offset, 7u);
  EXPECT_EQ(texts.text(conn.log), "zeek conn");
  EXPECT_EQ(said("zeek", "dns", {{"id.orig_h", "10.0.0.1"}, {"query", "A.b"}, {"rcode_name", "NXDOMAIN"}}), "!lookup|10.0.0.1|||a.b");
  EXPECT_EQ(said("zeek", "ssl", {{"id.orig_h", "10.0.0.1"}, {"server_name", "A.b"}}), "contact|10.0.0.1||a.b|/tls");
  EXPECT_EQ(said("zeek", "http", {{"id.orig_h", "10.0.0.1"}, {"host", "A.b"}}), "contact|10.0.0.1||a.b|/http");
  EXPECT_EQ(said("suricata", "flow", {{"src_ip", "10.0.0.1"}, {"dest_ip", "1.1.1.1"}, {"dest_port", "80"}, {"proto", "TCP"}}), "contact|10.0.0.1||1.1.1.1|80/tcp");
  EXPECT_EQ(said("suricata", "dns", {{"src_ip", "10.0.0.1"}, {"dns.type", "query"}, {"dns.rrname", "x.y"}}), "lookup|10.0.0.1|||x.y");
  EXPECT_TRUE(nothing("suricata", "dns", {{"src_ip", "10.0.0.1"}, {"dns.type", "answer"}, {"dns.rrname", "x.y"}}));
  const Fact alert = one("suricata", "alert", {{"src_ip", "10.0.0.1"}, {"dest_ip", "1.1.1.1"}, {"alert.signature", "ET Bad"}, {"alert.severity", "1"}});
  EXPECT_EQ(said(alert), "alert|10.0.0.1||1.1.1.1|et bad");
  EXPECT_EQ(alert.weight, 4);
}

TEST_F(Reading, WhoKnocksFromOutsideIsCountedTogether) {
  const auto flow = [&](std::string_view from, std::string_view to, std::string_view port) {
    read("zeek", "conn", {{"id.orig_h", from}, {"id.resp_h", to}, {"id.resp_p", port}, {"proto", "tcp"}, {"orig_bytes", "40"}});
  };
  flow("198.51.100.7", "10.0.0.1", "22");
  flow("198.51.100.8", "10.0.0.1", "445");
  flow("2001:db8::8", "10.0.0.1", "445");
  flow("198.51.100.8", "192.0.2.80", "443");
  flow("198.51.100.8", "10.0.0.1", "22");
  // A name is told to be ours, or not, when all is read; between two of others either may be of interest.
  flow("198.51.100.8", "www.court.example", "443");
  flow("198.51.100.8", "203.0.113.9", "443");
  reader.flush(out);
  std::vector<std::string> told;
  for (const Fact& f : out) {
    if (f.kind == Kind::Contact) told.push_back(std::to_string(f.count) + " " + said(f));
  }
  std::sort(told.begin(), told.end());
  EXPECT_EQ(told, (std::vector<std::string>{"1 contact|198.51.100.8||203.0.113.9|443/tcp", "1 contact|198.51.100.8||www.court.example|443/tcp", "1 contact|||192.0.2.80|",
                                            "4 contact|||10.0.0.1|"}));
}

TEST_F(Reading, Linux) {
  EXPECT_EQ(said("linux", "sshd", {{"hostname", "Web1"}, {"program", "sshd"}, {"user", "root"}, {"outcome", "failure"}, {"src_ip", "9.9.9.9"}}), "!logon|web1|root|9.9.9.9|ssh");
  EXPECT_EQ(said("linux", "sudo", {{"hostname", "web1"}, {"program", "sudo"}, {"user", "a"}, {"message", "a : TTY=x ; COMMAND=/usr/bin/apt update"}}), "run|web1|a|sudo|/usr/bin/apt update");
  EXPECT_EQ(said("linux", "auditd", {{"node", "N1"}, {"type", "PROCTITLE"}, {"exe", "/bin/ls"}, {"proctitle", "ls -l"}}), "run|n1||/bin/ls|ls -l");
  EXPECT_EQ(said("linux", "auditd", {{"node", "n1"}, {"type", "USER_AUTH"}, {"acct", "b"}, {"res", "failed"}}), "!trace|n1|b||user_auth ");
  EXPECT_EQ(said("linux", "named", {{"hostname", "ns"}, {"src_ip", "10.0.0.2"}, {"query", "Q.org"}}), "lookup|10.0.0.2|||q.org");
}

TEST_F(Reading, WebAndCloud) {
  EXPECT_EQ(said("", "", {{"c-ip", "10.0.0.1"}, {"cs-username", "A"}, {"cs-host", "Site.org:443"}}, "proxy"), "contact|10.0.0.1|a|site.org|/proxy");
  EXPECT_EQ(said("", "", {{"cs-method", "GET"}, {"sc-status", "404"}, {"cs-uri-stem", "/a.php?x=1.html"}}, "webserver"), "trace||||get 404 .php");
  EXPECT_EQ(said("azure", "signinlogs", {{"userPrincipalName", "A@c.org"}, {"ipAddress", "1.2.3.4"}, {"appDisplayName", "Teams"}, {"clientAppUsed", "Browser"}, {"status.errorCode", "50126"}}),
            "!logon||a@c.org|1.2.3.4|teams, browser");
  EXPECT_EQ(said("m365", "audit", {{"UserId", "a@c.org"}, {"Operation", "FileDownloaded"}, {"ObjectId", "https://s/x.doc"}, {"SiteUrl", "https://s/"}}), "access||a@c.org|https://s/|https://s/x.doc");
  EXPECT_EQ(said("aws", "cloudtrail", {{"userIdentity.userName", "bob"}, {"eventSource", "iam"}, {"eventName", "CreateUser"}, {"errorCode", "Denied"}, {"sourceIPAddress", "2.2.2.2"}}),
            "!trace||bob|2.2.2.2|iam:createuser");
  EXPECT_EQ(said("", "", {{"agent.name", "WS7"}, {"rule", "Odd thing"}, {"user", "z"}}), "alert|ws7|z||odd thing");
}

TEST_F(Reading, WhatDiffersInTimeAloneIsCountedAndTheEarliestIsKept) {
  for (const int minute : {30, 10, 20, 70}) {
    read("windows", "security", {{"EventID", "4719"}, {"Computer", "w"}}, minute * 60 * kSecond, {}, static_cast<std::uint64_t>(minute));
  }
  EXPECT_TRUE(out.empty());
  reader.flush(out);
  std::sort(out.begin(), out.end(), [](const Fact& a, const Fact& b) { return std::tie(a.kind, a.time) < std::tie(b.kind, b.time); });
  ASSERT_EQ(out.size(), 6u);  // traces of two hours; presence of four quarters, two records apart
  EXPECT_EQ(out[0].kind, Kind::Trace);
  EXPECT_EQ(out[0].count, 3u);
  EXPECT_EQ(out[0].time, 10 * 60 * kSecond);
  EXPECT_EQ(out[0].offset, 10u);
  EXPECT_EQ(out[1].count, 1u);
  EXPECT_EQ(out[2].kind, Kind::Presence);
  out.clear();
  reader.flush(out);
  EXPECT_TRUE(out.empty());
}

TEST_F(Reading, WithoutATimeThereIsNoFact) {
  read("windows", "security", {{"EventID", "4719"}, {"Computer", "w"}}, kNoTime);
  // Damaged records tell of times that no window can be counted by.
  read("windows", "security", {{"EventID", "4719"}, {"Computer", "w"}}, -1);
  read("windows", "security", {{"EventID", "4719"}, {"Computer", "w"}}, std::numeric_limits<Micros>::max());
  reader.flush(out);
  EXPECT_TRUE(out.empty());
  EXPECT_EQ(reader.untimed(), 3u);
}

}  // namespace
}  // namespace custos::behavior::reading
