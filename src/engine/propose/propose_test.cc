#include "engine/propose/propose.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "engine/propose/conclude.h"

namespace custos::engine {
namespace proposing_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

struct Made {
  const char *product, *service;
  std::vector<std::pair<const char*, std::string>> fields;
  std::string time = "2026-03-16T09:00:00Z";  // a Monday
};

Sightings seen(const std::vector<Made>& events, const Caps& caps = {}) {
  Names names;
  LogSources sources;
  Batch batch(names, sources);
  Sightings s(caps);
  for (const Made& e : events) {
    batch.clear();
    batch.begin("", 0, 1);
    for (const auto& [name, value] : e.fields) batch.add(name, value);
    batch.pending_record().time = *parse_time(e.time);
    batch.pending_record().log_source = sources.intern(e.product, e.service);
    batch.end();
    s.see(batch);
  }
  return s;
}

Made security(std::string id, std::vector<std::pair<const char*, std::string>> more, std::string computer = "FS1.court.example.org") {
  more.insert(more.begin(), {{"EventID", std::move(id)}, {"Computer", std::move(computer)}});
  return {"windows", "security", std::move(more)};
}

Made logon(const std::string& user, const std::string& domain, const std::string& type, const std::string& computer,
           const std::string& time = "2026-03-16T09:00:00Z") {
  Made m = security("4624", {{"TargetUserName", user}, {"TargetDomainName", domain}, {"LogonType", type}, {"IpAddress", "10.20.4.7"}}, computer);
  m.time = time;
  return m;
}

const Host* host(const Conclusion& c, std::string_view name) {
  for (const auto& h : c.found.hosts) {
    if (h.value.name == name) return &h.value;
  }
  return nullptr;
}

std::vector<std::string> people(const Conclusion& c) {
  std::vector<std::string> out;
  for (const auto& p : c.found.people) out.push_back(p.value.id);
  return out;
}

std::vector<std::string> accounts(const Conclusion& c) {
  std::vector<std::string> out;
  for (const auto& a : c.found.accounts) out.push_back(a.value.domain + "\\" + a.value.name + " " + a.value.kind + " " + a.value.host);
  return out;
}

TEST(Propose, RolesByWhatEventsBetray) {
  std::vector<Made> events = {
      security(
          "4769",
          {{"TargetUserName", "WS-014$@COURT.EXAMPLE.ORG"}, {"TargetDomainName", "COURT.EXAMPLE.ORG"}, {"IpAddress", "::ffff:10.20.4.14"}, {"Status", "0x0"}},
          "DC1.court.example.org"),
      security("4769", {{"TargetUserName", "GHOST$"}, {"IpAddress", "10.20.4.15"}, {"Status", "0x6"}}, "DC1.court.example.org"),
      security("5140", {{"ShareName", "\\\\*\\cases"}, {"IpAddress", "10.20.4.14"}}),
      security("5140", {{"ShareName", "\\\\*\\cases"}, {"IpAddress", "10.20.4.15"}}),
      security("5140", {{"ShareName", "\\\\*\\IPC$"}, {"IpAddress", "10.20.4.14"}}, "WS-020"),
      security("5140", {{"ShareName", "\\\\*\\ADMIN$"}, {"IpAddress", "10.20.4.15"}}, "WS-020"),
      security("5140", {{"ShareName", "\\\\*\\mine"}, {"IpAddress", "10.20.4.15"}}, "WS-021"),
      {"linux", "named", {{"hostname", "ns1"}, {"program", "named"}}},
      {"linux", "cron", {{"hostname", "web1"}, {"program", "CRON"}}},
  };
  for (int i = 0; i < 12; ++i) {
    events.push_back({"linux",
                      "sshd",
                      {{"hostname", "gate"},
                       {"program", "sshd"},
                       {"action", "login"},
                       {"outcome", "success"},
                       {"user", "anna"},
                       {"src_ip", "10.9.0." + std::to_string(i)}}});
    events.push_back({"linux",
                      "sshd",
                      {{"hostname", "web1"},
                       {"program", "sshd"},
                       {"action", "login"},
                       {"outcome", "failure"},
                       {"user", "x"},
                       {"src_ip", "203.0.113." + std::to_string(i)}}});
  }
  const Conclusion c = conclude(seen(events));
  EXPECT_THAT(host(c, "dc1")->roles, ElementsAre("domain-controller"));
  EXPECT_EQ(host(c, "dc1")->domain, "court.example.org");
  EXPECT_THAT(host(c, "fs1")->roles, ElementsAre("file-server"));
  EXPECT_THAT(host(c, "ws-020")->roles, ElementsAre("workstation")) << "every Windows machine has IPC$ and ADMIN$";
  EXPECT_THAT(host(c, "ws-021")->roles, ElementsAre("workstation")) << "one client makes no file server";
  EXPECT_THAT(host(c, "ws-014")->addresses, ElementsAre("10.20.4.14")) << "known by its ticket";
  EXPECT_EQ(host(c, "ghost"), nullptr) << "a ticket that was refused";
  EXPECT_THAT(host(c, "ns1")->roles, ElementsAre("dns"));
  EXPECT_THAT(host(c, "gate")->roles, ElementsAre("bastion"));
  EXPECT_THAT(host(c, "web1")->roles, ElementsAre("server")) << "guesses from outside are no logins";
  EXPECT_EQ(c.found.domain, "court.example.org");
}

TEST(Propose, AccountsAndPeople) {
  Made with_sid = logon("m.osei", "COURT", "2", "WS-014.court.example.org");
  with_sid.fields.push_back({"TargetUserSid", "S-1-5-21-1-2-3-1107"});
  const Conclusion c =
      conclude(seen({with_sid, logon("M.Osei", "court.example.org", "3", "FS1.court.example.org"), logon("local", "WS-014", "2", "WS-014.court.example.org"),
                     logon("svc-backup", "COURT", "5", "FS1.court.example.org"), logon("clerk", "COURT", "3", "FS1.court.example.org"),
                     logon("SYSTEM", "NT AUTHORITY", "5", "FS1"), logon("DWM-1", "Window Manager", "2", "WS-014"), logon("WS-014$", "COURT", "3", "FS1"),
                     logon("ANONYMOUS LOGON", "NT AUTHORITY", "3", "FS1"), logon("-", "-", "3", "FS1"), logon("Administrator", "COURT", "10", "DC1")}));
  EXPECT_THAT(people(c), ElementsAre("m.osei"));
  const Account& a = c.found.people[0].value.accounts.at(0);
  EXPECT_EQ(a.domain, "COURT");
  EXPECT_EQ(a.sid, "S-1-5-21-1-2-3-1107");
  EXPECT_THAT(c.found.people[0].reason, HasSubstr("seen in 2 events on 2026-03-16: 1 interactive logon, 1 network logon"));
  EXPECT_THAT(accounts(c), UnorderedElementsAre("COURT\\svc-backup service ", "COURT\\clerk shared ", "COURT\\Administrator admin ", "\\local shared ws-014"));
  EXPECT_EQ(c.found.netbios, "COURT");
  EXPECT_EQ(host(c, "ws-014")->shared, false);
}

TEST(Propose, WorkingHours) {
  std::vector<Made> events;
  // 90 logons from 08:00 to 17:59 on ten working days, nine at night, one on a Saturday.
  for (int day = 0; day < 10; ++day) {
    for (int i = 0; i < 9; ++i) {
      events.push_back(logon("m.osei", "COURT", "2", "WS",
                             "2026-03-" + std::to_string(16 + day + (day >= 5 ? 2 : 0)) + "T" + (i < 2 ? "0" : "") + std::to_string(8 + i) + ":15:00Z"));
    }
  }
  for (int i = 0; i < 9; ++i) events.push_back(logon("m.osei", "COURT", "11", "WS", "2026-03-16T0" + std::to_string(i % 4) + ":00:00Z"));
  events.push_back(logon("m.osei", "COURT", "7", "WS", "2026-03-21T12:00:00Z"));
  const Conclusion c = conclude(seen(events));
  ASSERT_TRUE(c.hours) << c.hours_reason;
  EXPECT_EQ(c.hours->begin, 8 * 60);
  EXPECT_EQ(c.hours->end, 16 * 60 + 30);
  EXPECT_THAT(c.hours->days, ElementsAre(1, 2, 3, 4, 5));
  events.resize(49);
  EXPECT_FALSE(conclude(seen(events)).hours);
  EXPECT_THAT(conclude(seen(events)).hours_reason, HasSubstr("49 interactive logons"));
}

TEST(Propose, BusySpanIsTheShortest) {
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    std::array<std::uint64_t, 48> counts{};
    for (auto& n : counts) n = random() % 3 == 0 ? random() % 100 : 0;
    const auto [first, length] = busy_span(counts);
    std::uint64_t all = 0, inside = 0;
    for (int i = 0; i < 48; ++i) all += counts[static_cast<std::size_t>(i)];
    for (int i = 0; i < length; ++i) inside += counts[static_cast<std::size_t>((first + i) % 48)];
    ASSERT_GE(inside * 10, all * 9);
    for (int f = 0; f < 48 && length > 1; ++f) {
      std::uint64_t shorter = 0;
      for (int i = 0; i + 1 < length; ++i) shorter += counts[static_cast<std::size_t>((f + i) % 48)];
      ASSERT_LT(shorter * 10, all * 9 + 10);
    }
  }
}

TEST(Propose, NetworksScannersEgress) {
  std::vector<Made> events = {
      {"zeek", "dhcp", {{"mac", "00:1a:2b:3c:4d:5e"}, {"assigned_addr", "10.20.4.14"}, {"host_name", "laptop-7"}}},
      {"zeek", "conn", {{"id.orig_h", "10.20.4.15"}, {"id.resp_h", "8.8.8.8"}, {"id.resp_p", "443"}}},
      {"zeek", "conn", {{"id.orig_h", "198.51.100.1"}, {"id.resp_h", "10.20.4.15"}, {"id.resp_p", "443"}, {"conn_state", "S0"}}},
      {"zeek", "conn", {{"id.orig_h", "10.50.0.1"}, {"id.resp_h", "10.50.9.9"}, {"id.resp_p", "443"}, {"conn_state", "S0"}}},
      {"zeek", "conn", {{"id.orig_h", "147.32.83.1"}, {"id.resp_h", "8.8.8.8"}, {"local_orig", "true"}}},
      {"zeek", "conn", {{"id.orig_h", "147.32.83.2"}, {"id.resp_h", "8.8.8.8"}, {"local_orig", "true"}}},
      {"zeek", "dns", {{"id.orig_h", "10.20.4.15"}, {"id.resp_h", "10.20.8.10"}, {"id.resp_p", "53"}, {"answers", "1.2.3.4"}}},
  };
  for (int i = 0; i < 250; ++i) {
    events.push_back({"zeek", "conn", {{"id.orig_h", "10.20.8.9"}, {"id.resp_h", "10.30.0." + std::to_string(i)}, {"id.resp_p", "22"}, {"conn_state", "S0"}}});
    events.push_back(
        {"zeek", "conn", {{"id.orig_h", "10.20.4.15"}, {"id.resp_h", "20.30.0." + std::to_string(i)}, {"id.resp_p", "443"}, {"conn_state", "SF"}}});
  }
  for (int i = 0; i < 4; ++i) {
    events.push_back({"azure",
                      "signinlogs",
                      {{"userPrincipalName", "p" + std::to_string(i) + "@court.example.org"}, {"ipAddress", "145.1.1.1"}, {"status.errorCode", "0"}}});
    events.push_back({"azure", "signinlogs", {{"userPrincipalName", "p0@court.example.org"}, {"ipAddress", "145.1.1.2"}, {"status.errorCode", "0"}}});
    events.push_back({"azure",
                      "signinlogs",
                      {{"userPrincipalName", "q" + std::to_string(i) + "@court.example.org"}, {"ipAddress", "145.1.1.3"}, {"status.errorCode", "50126"}}});
  }
  const Conclusion c = conclude(seen(events));
  std::vector<std::string> networks;
  for (const auto& n : c.found.networks) networks.push_back(n.value.cidrs.at(0) + (n.value.dhcp ? " dhcp" : ""));
  EXPECT_THAT(networks, ElementsAre("10.20.4.0/24 dhcp", "10.20.8.0/24", "147.32.83.0/24")) << "what was only asked for is no network";
  EXPECT_THAT(host(c, "laptop-7")->addresses, IsEmpty()) << "leased";
  EXPECT_THAT(host(c, "laptop-7")->macs, ElementsAre("00:1a:2b:3c:4d:5e"));
  EXPECT_THAT(host(c, "10.20.8.10")->roles, ElementsAre("dns"));
  ASSERT_EQ(c.to_confirm.size(), 2u);
  EXPECT_EQ(c.to_confirm[0].kind + c.to_confirm[0].addresses[0], "scanner10.20.8.9");
  EXPECT_EQ(c.to_confirm[1].kind + c.to_confirm[1].addresses[0], "egress145.1.1.1");
  EXPECT_THAT(people(c), ElementsAre("p0", "p1", "p2", "p3")) << "a refused sign-in is nobody's";
}

TEST(Propose, CloudNamesAreJoinedOnlyWhereTheDomainIsOurs) {
  const auto sign_in = [](const std::string& upn) {
    return Made{"azure", "signinlogs", {{"userPrincipalName", upn}, {"ipAddress", "145.1.1.1"}, {"status.errorCode", "0"}}};
  };
  const Conclusion c =
      conclude(seen({logon("m.osei", "COURT", "2", "WS.court.example.org"), sign_in("M.Osei@court.example.org"), sign_in("m.osei@court.other.org")}));
  EXPECT_THAT(people(c), ElementsAre("m.osei", "m.osei-court")) << "another organisation's guest may have the same name";
  EXPECT_EQ(c.found.people[0].value.accounts[0].upn, "m.osei@court.other.org");
  EXPECT_EQ(c.found.people[1].value.accounts[0].upn, "M.Osei@court.example.org");
  EXPECT_EQ(c.found.people[1].value.accounts[0].domain, "COURT");
  EXPECT_THAT(c.found.people[1].reason, HasSubstr("seen in 2 events on 2026-03-16: 1 interactive logon, 1 cloud sign-in"));
}

TEST(Propose, TheOrderOfEventsMakesNoDifference) {
  std::vector<Made> events;
  std::mt19937 random(11);
  for (int i = 0; i < 300; ++i) {
    const std::string n = std::to_string(random() % 7), day = std::to_string(10 + random() % 9);
    events.push_back(logon(random() % 2 == 0 ? "user" + n : "USER" + n, random() % 2 == 0 ? "COURT" : "court.example.org", std::to_string(2 + random() % 4),
                           random() % 2 == 0 ? "WS" + n : "ws" + n + ".court.example.org", "2026-03-" + day + "T0" + n + ":00:00Z"));
    events.push_back({"zeek", "dhcp", {{"mac", "00:1a:2b:3c:4d:0" + n}, {"assigned_addr", "10.20.4." + day}, {"host_name", "ws" + n}}});
  }
  const auto text = [](const std::vector<Made>& all) {
    institution::Merger merger;
    Conclusion c = conclude(seen(all));
    merger.add(std::move(c.found));
    institution::Comments comments;
    const Institution in = merger.take(comments);
    return institution::write_institution(in, comments) + c.hours_reason;
  };
  const std::string first = text(events);
  for (int i = 0; i < 5; ++i) {
    std::shuffle(events.begin(), events.end(), random);
    ASSERT_EQ(text(events), first);
  }
}

TEST(Propose, CapsAreKeptAndSaid) {
  Caps caps;
  caps.hosts = 5;
  caps.accounts = 3;
  caps.networks = 2;
  std::vector<Made> events;
  for (int i = 0; i < 20; ++i) {
    const std::string n = std::to_string(i);
    events.push_back(logon("user" + n, "COURT", "2", "WS" + n));
    events.push_back({"zeek", "conn", {{"id.orig_h", "10.20." + n + ".1"}, {"id.resp_h", "8.8.8.8"}}});
  }
  const Sightings s = seen(events, caps);
  EXPECT_EQ(s.hosts.size(), 5u);
  EXPECT_EQ(s.accounts.size(), 3u);
  EXPECT_EQ(s.networks.size(), 2u);
  const Conclusion c = conclude(s);
  ASSERT_EQ(c.found.remarks.list().size(), 3u);
  EXPECT_THAT(c.found.remarks.list()[1].text, HasSubstr("more hosts than are kept: 15 sightings"));
}

TEST(Propose, NamesThatSteerOrLieAreTakenAsText) {
  const Conclusion c = conclude(seen({logon("a\x1b[31m", "COURT", "2", "WS"),
                                      logon("ok", "CO\nURT", "2", "WS"),
                                      logon(std::string(300, 'x'), "COURT", "2", "WS"),
                                      logon("b", "COURT", "2", "..."),
                                      {"linux", "sshd", {{"hostname", "localhost"}, {"program", "sshd"}}}}));
  EXPECT_THAT(people(c), ElementsAre("b"));
  EXPECT_EQ(c.found.hosts.size(), 1u);
}

}  // namespace
}  // namespace proposing_test
}  // namespace custos::engine
