#include "institution/entities/resolver.h"

#include <gtest/gtest.h>

namespace custos::institution {
namespace {

constexpr Micros kBegin = 1'789'000'000 * kSecond, kMin = 60 * kSecond, kHours = 60 * kMin;

Institution court() {
  Institution i;
  i.domain = "court.example.org";
  i.netbios = "COURT";
  i.hosts = {{.name = "files-01", .domain = "court.example.org", .aliases = {"fs"}, .addresses = {"10.20.1.11"}}};
  i.networks = {{.name = "guests", .cidrs = {"192.168.77.0/24"}, .kind = "guest", .nat = true}};
  i.known = {{.kind = "egress", .name = "firewall", .addresses = {"203.0.113.10"}}};
  Person p;
  p.id = "m.osei";
  p.accounts = {{.name = "m.osei", .domain = "COURT", .upn = "m.osei@court.example.org", .sid = "S-1-5-21-1-2-3-1104", .display_name = "Osei, Mercy"},
                {.name = "adm-m.osei", .domain = "COURT", .kind = "admin"}};
  i.people = {p};
  return i;
}

class Log {
 public:
  using Fields = std::vector<std::pair<std::string_view, std::string_view>>;
  explicit Log(Resolver& r) : resolver_(r) {}
  Event event(Micros at, const Fields& fields, std::string_view category = {}) {
    batch_.clear();
    batch_.begin("raw", 0, ++number_);
    batch_.pending_record().time = at;
    if (!category.empty()) batch_.pending_record().log_source = sources_.intern({}, {}, category);
    for (const auto& [name, value] : fields) batch_.add(name, batch_.arena().keep(value));
    batch_.end();
    return batch_[0];
  }
  void observe(Micros at, const Fields& fields, const std::string& file = "test.log") {
    const Event e = event(at, fields);
    clues_.read(e);
    resolver_.from(file);
    resolver_.observe(clues_, e.record());
  }
  Attribution attribute(Micros at, const Fields& fields, std::string_view category = {}) {
    clues_.read(event(at, fields, category));
    return resolver_.attribute(clues_, at);
  }

 private:
  Names names_;
  Clues clues_{names_};
  LogSources sources_;
  Batch batch_{names_, sources_};
  Resolver& resolver_;
  std::uint64_t number_ = 0;
};

TEST(Resolver, AccountsInEverySpelling) {
  Resolver r(court());
  Log log(r);
  log.observe(kBegin, {{"EventID", "4624"},
                       {"Computer", "ws-014.court.example.org"},
                       {"TargetUserName", "b.keita"},
                       {"TargetDomainName", "COURT"},
                       {"TargetUserSid", "S-1-5-21-1-2-3-1200"}});
  log.observe(kBegin, {{"EventID", "4624"},
                       {"Computer", "ws-014.court.example.org"},
                       {"TargetUserName", "b.keita"},
                       {"TargetDomainName", "other"},
                       {"TargetUserSid", "S-1-5-21-9-9-9-1200"}});
  r.settle();
  for (const char* written :
       {"COURT\\m.osei", "court.example.org\\M.Osei", "m.osei@court.example.org", "M.OSEI@COURT.EXAMPLE.ORG", "S-1-5-21-1-2-3-1104", "Osei, Mercy", "m.osei"}) {
    EXPECT_EQ(r.account(written).value, "court\\m.osei") << written;
    EXPECT_EQ(r.person(written, kBegin).value, "m.osei") << written;
  }
  EXPECT_EQ(r.person("COURT\\adm-m.osei", kBegin).value, "m.osei");
  EXPECT_EQ(r.account("S-1-5-21-1-2-3-1200").value, "court\\b.keita");
  EXPECT_EQ(r.account("b.keita").value, "");
  EXPECT_EQ(r.account("b.keita").candidates.size(), 2u);
  EXPECT_EQ(r.person("COURT\\b.keita", kBegin).value, "");
  EXPECT_EQ(r.account("-").value, "");
}

TEST(Resolver, AddressesOverTime) {
  Resolver r(court());
  Log log(r);
  log.observe(kBegin, {{"assigned_addr", "10.20.8.31"}, {"host_name", "ws-014"}, {"lease_time", "28800.000000"}});
  log.observe(kBegin + 9 * kHours, {{"assigned_addr", "10.20.8.31"}, {"host_name", "ws-022"}, {"lease_time", "28800.0"}});
  log.observe(kBegin + 9 * kHours, {{"assigned_addr", "10.20.8.40"}, {"host_name", "ws-014"}, {"lease_time", "28800.0"}});
  log.observe(kBegin + kHours,
              {{"EventID", "4768"}, {"Computer", "dc-01"}, {"TargetUserName", "WS-030$"}, {"IpAddress", "::ffff:10.20.8.77"}, {"Status", "0x0"}});
  r.settle();
  EXPECT_EQ(r.host("10.20.8.31", kBegin + kHours).value, "ws-014");
  EXPECT_EQ(r.host("::ffff:10.20.8.31", kBegin + 10 * kHours).value, "ws-022");
  EXPECT_EQ(r.host("10.20.8.40", kBegin + 10 * kHours).value, "ws-014");
  EXPECT_EQ(r.host("10.20.8.40", kBegin + kHours).value, "");
  EXPECT_EQ(r.host("10.20.8.77", kBegin + 2 * kHours).value, "ws-030");
  EXPECT_NE(r.host("10.20.8.31", kBegin + kHours).from.find("lease in test.log, record 1"), std::string::npos);
  EXPECT_EQ(r.host("10.20.1.11", kBegin).value, "files-01");
  EXPECT_EQ(r.host("FS", kBegin).value, "files-01");
  EXPECT_EQ(r.host("\\\\FILES-01.court.example.org", kBegin).value, "files-01");
  EXPECT_EQ(r.host("files-01.other.example.org", kBegin).value, "files-01.other.example.org");
}

TEST(Resolver, ManyBehindOneAddressAreNobody) {
  Resolver r(court());
  Log log(r);
  log.observe(kBegin, {{"EventID", "4768"}, {"Computer", "dc-01"}, {"TargetUserName", "WS-030$"}, {"IpAddress", "203.0.113.10"}, {"Status", "0x0"}});
  r.settle();
  EXPECT_EQ(r.host("203.0.113.10", kBegin).value, "");
  EXPECT_NE(r.host("203.0.113.10", kBegin).from.find("many computers share"), std::string::npos);
  EXPECT_EQ(r.host("192.168.77.9", kBegin).value, "");
}

TEST(Resolver, ProcessIdsAreUsedAgain) {
  Resolver r(court());
  Log log(r);
  const auto start = [&](Micros at, std::string_view image) {
    log.observe(at, {{"EventID", "1"}, {"Computer", "ws-014"}, {"ProcessGuid", "{a}"}, {"ProcessId", "4242"}, {"Image", image}});
  };
  start(kBegin, "C:\\a.exe");
  log.observe(kBegin + kHours, {{"EventID", "5"}, {"Computer", "ws-014"}, {"ProcessGuid", "{a}"}, {"ProcessId", "4242"}, {"Image", "C:\\a.exe"}});
  start(kBegin + 3 * kHours, "C:\\b.exe");
  log.observe(kBegin, {{"EventID", "1"}, {"Computer", "ws-015"}, {"ProcessGuid", "{B2796A13-D4B1-69C1-7B00-000000000C00}"}, {"ProcessId", "77"}, {"Image", "C:\\c.exe"}});
  r.settle();
  EXPECT_EQ(r.process("WS-014", "4242", kBegin + kMin).value, "C:\\a.exe");
  EXPECT_EQ(r.process("ws-014.court.example.org", "0x1092", kBegin + 4 * kHours).value, "C:\\b.exe");
  EXPECT_EQ(r.process("ws-014", "4242", kBegin + 2 * kHours).value, "");
  // A GUID is never used again, so it needs no time.
  const std::string_view guid = "{b2796a13-d4b1-69c1-7b00-000000000c00}";
  EXPECT_EQ(r.process("", guid, kNoTime).value, "C:\\c.exe");
  EXPECT_EQ(r.process("", "B2796A13-D4B1-69C1-7B00-000000000C00", kNoTime).value, "C:\\c.exe");
  EXPECT_EQ(r.process("", "{b2796a13-d4b1-69c1-7b00-000000000c01}", kNoTime).value, "");
  EXPECT_EQ(r.process("ws-015", "4242", kBegin + kMin).value, "");
}

TEST(Resolver, AttributesEvents) {
  Resolver r(court());
  Log log(r);
  log.observe(kBegin, {{"assigned_addr", "10.20.8.31"}, {"host_name", "ws-014"}, {"lease_time", "28800.0"}});
  r.settle();
  const auto attributed = [&](const Log::Fields& f) {
    const Attribution a = log.attribute(kBegin + kHours, f);
    return a.host.value + "|" + a.account.value + "|" + a.person.value;
  };
  EXPECT_EQ(attributed({{"EventID", "4624"}, {"Computer", "WS-014"}, {"TargetUserName", "m.osei"}, {"TargetDomainName", "COURT"}}),
            "ws-014|court\\m.osei|m.osei");
  // Who was refused only claimed to be somebody.
  EXPECT_EQ(attributed({{"EventID", "4625"}, {"Computer", "WS-014"}, {"TargetUserName", "m.osei"}, {"TargetDomainName", "COURT"}}), "ws-014|court\\m.osei|");
  EXPECT_EQ(
      attributed({{"EventID", "4688"}, {"Computer", "WS-014"}, {"SubjectUserName", "WS-014$"}, {"SubjectDomainName", "COURT"}, {"SubjectUserSid", "S-1-5-18"}}),
      "ws-014||");
  EXPECT_EQ(attributed({{"id.orig_h", "10.20.8.31"}, {"id.resp_h", "198.18.0.1"}}), "ws-014||");
  EXPECT_EQ(attributed({{"src_ip", "10.20.8.99"}}), "||");
  EXPECT_EQ(attributed({{"c-ip", "198.18.0.9"}, {"cs-method", "GET"}}), "||");
  EXPECT_EQ(attributed({{"program", "named"}, {"hostname", "ns-01"}, {"src_ip", "10.20.8.31"}}), "ws-014||");
  EXPECT_EQ(attributed({{"program", "sshd"}, {"hostname", "bastion-01"}, {"src_ip", "10.20.8.31"}, {"user", "m.osei"}, {"outcome", "success"}}),
            "bastion-01|court\\m.osei|m.osei");
  EXPECT_EQ(attributed({{"userPrincipalName", "m.osei@court.example.org"}, {"ipAddress", "203.0.113.10"}}), "|court\\m.osei|m.osei");
}

// An access log does not say which server wrote it; where there is one web server, it did. A visitor of ours is the one the line is about.
TEST(Resolver, AccessLogsAreTheOnlyWebServers) {
  const auto host = [](std::size_t servers, std::string_view visitor) {
    Institution in = court();
    for (std::size_t i = 0; i < servers; ++i) in.hosts.push_back({.name = "web-0" + std::to_string(i), .roles = {"web"}});
    Resolver r(in);
    Log log(r);
    log.observe(kBegin, {{"assigned_addr", "10.20.8.31"}, {"host_name", "ws-014"}, {"lease_time", "28800.0"}});
    r.settle();
    return log.attribute(kBegin + kHours, {{"c-ip", visitor}, {"cs-method", "GET"}}, "webserver").host.value;
  };
  EXPECT_EQ(host(1, "198.18.0.9"), "web-00");
  EXPECT_EQ(host(1, "10.20.8.31"), "ws-014");
  EXPECT_EQ(host(2, "198.18.0.9"), "");
  EXPECT_EQ(host(0, "198.18.0.9"), "");
}

TEST(Resolver, SeveralThreadsKnowWhatOneKnows) {
  Resolver one(court()), a(court()), b(court());
  Log to_one(one), to_a(a), to_b(b);
  for (int i = 0; i < 40; ++i) {
    const std::string host = "ws-0" + std::to_string(10 + i % 5), address = "10.20.8." + std::to_string(20 + i % 7);
    const Log::Fields f{{"assigned_addr", address}, {"host_name", host}, {"lease_time", "3600"}};
    to_one.observe(kBegin + i * kHours, f);
    (i % 2 == 0 ? to_a : to_b).observe(kBegin + i * kHours, f);
  }
  a.absorb(std::move(b));
  one.settle();
  a.settle();
  for (int i = 0; i < 41; ++i) {
    for (int n = 20; n < 27; ++n) {
      const std::string address = "10.20.8." + std::to_string(n);
      EXPECT_EQ(one.host(address, kBegin + i * kHours + kMin).value, a.host(address, kBegin + i * kHours + kMin).value);
    }
  }
}

// Whatever order the records come in and whichever thread gets them, equal evidence gives equal answers, to the last word.
TEST(Resolver, TheOrderOfFilesDecidesNothing) {
  const auto told = [](bool turned) {
    Resolver a({}), b({});
    Log one(a), other(b);
    const auto logon = [](Log& log, std::string_view domain, std::string_view name, std::string_view sid, const std::string& file) {
      log.observe(kBegin, {{"EventID", "4624"}, {"Computer", "dc-01.court.example.org"}, {"TargetDomainName", domain}, {"TargetUserName", name}, {"TargetUserSid", sid}}, file);
    };
    logon(turned ? other : one, "court.example.org", "a.novak", "S-1-5-21-1-2-3-1105", "a.log");
    logon(turned ? one : other, "COURT", "m.osei", "S-1-5-21-1-2-3-1104", "b.log");
    logon(turned ? other : one, "court.example.org", "m.osei", "S-1-5-21-1-2-3-1104", "a.log");
    for (const char* host : {"WS-030$", "WS-031$"}) {
      (turned ? one : other).observe(kBegin, {{"EventID", "4768"}, {"Computer", "dc-01.court.example.org"}, {"TargetUserName", host}, {"IpAddress", "10.20.8.77"}, {"Status", "0x0"}}, "b.log");
    }
    one.observe(kBegin, {{"assigned_addr", "10.20.8.31"}, {"host_name", "ws-014"}, {"lease_time", "28800"}}, turned ? "d.log" : "c.log");
    other.observe(kBegin, {{"assigned_addr", "10.20.8.31"}, {"host_name", "ws-014"}, {"lease_time", "28800"}}, turned ? "c.log" : "d.log");
    a.absorb(std::move(b));
    a.settle();
    std::string all;
    for (const Answer& x : {a.account("court.example.org\\m.osei"), a.account("court.example.org\\a.novak"), a.account("S-1-5-21-1-2-3-1105"),
                            a.host("10.20.8.77", kBegin + kMin), a.host("10.20.8.31", kBegin + kMin)}) {
      all += x.value + " " + x.from;
      for (const std::string& c : x.candidates) all += " " + c;
      all += "; ";
    }
    return all;
  };
  EXPECT_EQ(told(false), told(true));
  EXPECT_EQ(told(false),
            "court\\m.osei events court\\m.osei; court\\a.novak events court\\a.novak; court\\a.novak events court\\a.novak; "
            " seen with both about that time ws-030 ws-031; ws-014 lease in c.log, record 3 ws-014; ");
}

TEST(Resolver, LearnsTheDomainFromTheComputersThemselves) {
  const auto host = [](const std::vector<std::string_view>& computers) {
    Resolver r({});
    Log log(r);
    for (const std::string_view c : computers) {
      log.observe(kBegin, {{"EventID", "3"}, {"Computer", c}, {"Initiated", "true"}, {"SourceIp", "10.20.8.77"}});
    }
    log.observe(kBegin + kMin, {{"assigned_addr", "10.20.8.77"}, {"host_name", "ws-014"}, {"lease_time", "28800"}});
    r.settle();
    return r.host("10.20.8.77", kBegin + 5 * kMin).value;
  };
  EXPECT_EQ(host({"ws-014.court.example.org"}), "ws-014");
  // Two domains: ws-014 of which? Both names stay as they are.
  EXPECT_NE(host({"ws-014.court.example.org", "ws-014.other.example.org"}), "ws-014.court.example.org");
}

TEST(Resolver, LearnsFromADefenderThatNamesBoth) {
  Resolver r({});
  Log log(r);
  log.observe(kBegin, {{"DeviceName", "sso-01.court.example.org"}, {"IPAddress", "10.20.8.5"}, {"DestinationDeviceName", "dc-01"}, {"DestinationIPAddress", "10.20.8.4"}});
  log.observe(kBegin, {{"DeviceName", "ws-030.court.example.org"}, {"IPAddress", "198.51.100.7"}});
  log.observe(kBegin, {{"DeviceName", "ws-031.court.example.org"}, {"IPAddress", ""}});
  r.settle();
  EXPECT_EQ(r.host("10.20.8.5", kBegin + kMin).value, "sso-01.court.example.org");
  EXPECT_EQ(r.host("10.20.8.4", kBegin + kMin).value, "dc-01");
  EXPECT_EQ(r.host("198.51.100.7", kBegin + kMin).value, "");
}

TEST(Resolver, TellsAllThatAnAddressOrAComputerHad) {
  Resolver r(court());
  Log log(r);
  log.observe(kBegin, {{"assigned_addr", "10.20.8.31"}, {"host_name", "ws-014"}, {"lease_time", "28800"}});
  log.observe(kBegin + 9 * kHours, {{"assigned_addr", "10.20.8.31"}, {"host_name", "ws-022"}, {"lease_time", "28800"}});
  log.observe(kBegin + 9 * kHours, {{"assigned_addr", "10.20.8.40"}, {"host_name", "ws-014"}, {"lease_time", "28800"}});
  r.settle();
  const auto values = [](const std::vector<Answer>& answers) {
    std::string all;
    for (const Answer& a : answers) all += a.value + " ";
    return all;
  };
  EXPECT_EQ(values(r.holders("10.20.8.31")), "ws-014 ws-022 ");
  EXPECT_EQ(values(r.addresses("WS-014")), "10.20.8.31 10.20.8.40 ");
  EXPECT_EQ(values(r.addresses("files-01")), "10.20.1.11 ");
  EXPECT_EQ(values(r.holders("10.20.8.99")), "");
  EXPECT_EQ(r.holders("203.0.113.10").size(), 1u);  // and says that many share it
}

// Only an address that was given counts: not an offer, not a refusal; and what is given back is nobody's.
TEST(Resolver, LeasesAreWhatTheServerGave) {
  Resolver r(court());
  Log log(r);
  const auto row = [&](Micros at, std::string_view address, std::string_view host, std::string_view messages, std::string_view length = "28800") {
    log.observe(at, {{"assigned_addr", address}, {"host_name", host}, {"lease_time", length}, {"msg_types", messages}});
  };
  row(kBegin, "10.20.8.31", "ws-014", "DISCOVER,OFFER,REQUEST,ACK");
  row(kBegin + kHours, "10.20.8.31", "ws-022", "DISCOVER,OFFER");
  row(kBegin + kHours, "10.20.8.31", "ws-023", "REQUEST,NAK");
  row(kBegin + 2 * kHours, "10.20.8.31", "ws-014", "RELEASE");
  row(kBegin, "10.20.8.40", "ws-040", "ACK", "nan");
  // JSON has the messages as a list: the last one tells.
  log.observe(kBegin, {{"assigned_addr", "10.20.8.50"}, {"host_name", "ws-050"}, {"lease_time", "28800"}, {"msg_types", "REQUEST"}, {"msg_types", "ACK"}});
  const auto dhcpd = [&](Micros at, std::string_view message) { log.observe(at, {{"program", "dhcpd"}, {"message", message}}); };
  dhcpd(kBegin, "DHCPACK on 10.20.8.60 to 00:11:22:33:44:55 (ws-060) via eth0");
  dhcpd(kBegin + 2 * kHours, "DHCPRELEASE of 10.20.8.60 from 00:11:22:33:44:55 (ws-060) via eth0 (found)");
  r.settle();
  EXPECT_EQ(r.host("10.20.8.31", kBegin + 90 * kMin).value, "ws-014");
  EXPECT_EQ(r.host("10.20.8.31", kBegin + 3 * kHours).value, "");
  EXPECT_EQ(r.host("10.20.8.40", kBegin + kHours).span.until, kBegin + 24 * kHours);
  EXPECT_EQ(r.host("10.20.8.50", kBegin + kHours).value, "ws-050");
  EXPECT_EQ(r.host("10.20.8.60", kBegin + kHours).value, "ws-060");
  EXPECT_EQ(r.host("10.20.8.60", kBegin + 3 * kHours).value, "");
}

// The name a client gives itself is a claim; its card is known from the file.
TEST(Resolver, ACardSaysMoreThanANameThatSomebodyGaveItself) {
  Institution in = court();
  in.hosts.push_back({.name = "ws-002", .macs = {"02:1c:f2:05:00:0c"}});
  in.hosts.push_back({.name = "dc-01", .macs = {"02-1C-F0-5D-00-00"}});
  Resolver r(in);
  Log log(r);
  const auto lease = [&](std::string_view address, std::string_view host, std::string_view card) {
    log.observe(kBegin, {{"assigned_addr", address}, {"host_name", host}, {"mac", card}, {"lease_time", "28800"}});
  };
  lease("10.20.8.31", "ws-003", "02:1C:F2:05:00:0C");
  lease("10.20.8.32", "dc-01", "66:66:66:66:66:67");
  lease("10.20.8.33", "tablet", "66:66:66:66:66:68");
  r.settle();
  EXPECT_EQ(r.host("10.20.8.31", kBegin + kHours).value, "ws-002");
  EXPECT_EQ(r.host("10.20.8.32", kBegin + kHours).value, "66:66:66:66:66:67");
  EXPECT_EQ(r.host("10.20.8.33", kBegin + kHours).value, "tablet");
}

TEST(Resolver, WhatTheFileSaysTwiceOrForAnotherTimeIsNoAnswer) {
  Institution in = court();
  in.hosts.push_back({.name = "b", .aliases = {"store"}, .addresses = {"10.6.0.5"}});
  in.hosts.push_back({.name = "c", .aliases = {"store"}, .addresses = {"10.6.0.5"}});
  in.hosts.push_back({.name = "f", .addresses = {"10.6.0.12"}, .in_use = {kNoTime, kBegin}});
  in.networks.push_back({.name = "campus", .cidrs = {"10.7.0.0/16"}, .nat = true});
  in.networks.push_back({.name = "lab", .cidrs = {"10.7.8.0/24"}});
  in.people[0].employed.until = kBegin + 10 * kHours;
  Resolver r(in);
  Log log(r);
  const auto lease = [&](std::string_view address, std::string_view host) {
    log.observe(kBegin, {{"assigned_addr", address}, {"host_name", host}, {"lease_time", "28800"}});
  };
  lease("10.6.0.12", "z6");
  lease("10.7.8.9", "z7");
  lease("10.7.9.9", "z8");
  r.settle();
  EXPECT_EQ(r.host("10.6.0.5", kBegin).candidates.size(), 2u);
  EXPECT_FALSE(r.host("10.6.0.5", kBegin).known());
  EXPECT_EQ(r.host("STORE", kBegin).candidates.size(), 2u);
  EXPECT_EQ(r.host("10.6.0.12", kBegin - kHours).value, "f");
  EXPECT_EQ(r.host("10.6.0.12", kBegin + kHours).value, "z6");
  EXPECT_EQ(r.host("10.7.8.9", kBegin + kHours).value, "z7");  // the smaller network is no NAT
  EXPECT_EQ(r.host("10.7.9.9", kBegin + kHours).value, "");
  EXPECT_EQ(r.person("COURT\\m.osei", kBegin + 9 * kHours).value, "m.osei");
  EXPECT_EQ(r.person("COURT\\m.osei", kBegin + 11 * kHours).value, "");
  EXPECT_EQ(r.person("COURT\\m.osei", kBegin + 11 * kHours).candidates, (std::vector<std::string>{"m.osei"}));
}

TEST(Resolver, ANameAndASidThatContradictAreBoth) {
  Institution in = court();
  Person p;
  p.id = "bob";
  p.accounts = {{.name = "bob", .domain = "COURT"}};
  in.people.push_back(p);
  Resolver r(in);
  Log log(r);
  const auto seen = [&](std::string_view name, std::string_view sid) {
    log.observe(kBegin, {{"EventID", "1102"}, {"Computer", "dc-01"}, {"SubjectUserName", name}, {"SubjectDomainName", "COURT"}, {"SubjectUserSid", sid}});
  };
  seen("bob", "S-1-5-21-1-2-3-1104");  // m.osei's, by the file
  seen("before", "S-1-5-21-1-2-3-1300");
  seen("after", "S-1-5-21-1-2-3-1300");
  r.settle();
  EXPECT_EQ(r.account("COURT", "bob", "S-1-5-21-1-2-3-1104").candidates.size(), 2u);
  EXPECT_EQ(r.account("COURT", "m.osei", "S-1-5-21-1-2-3-1104").value, "court\\m.osei");
  // An account that was renamed: its SID alone has two names, a record's own name is one of them.
  EXPECT_EQ(r.account("S-1-5-21-1-2-3-1300").candidates.size(), 2u);
  EXPECT_EQ(r.account("COURT", "after", "S-1-5-21-1-2-3-1300").value, "court\\after");
}

TEST(PlainAddress, OneSpelling) {
  EXPECT_EQ(plain_address("::ffff:10.1.2.3"), "10.1.2.3");
  EXPECT_EQ(plain_address("[2001:DB8::1]"), "2001:db8::1");
  EXPECT_EQ(plain_address("fe80::1%eth0"), "fe80::1");
  EXPECT_EQ(plain_address("ws-014"), "");
  EXPECT_EQ(plain_address("1.2.3"), "");
  EXPECT_EQ(plain_address("-"), "");
}

}  // namespace
}  // namespace custos::institution
