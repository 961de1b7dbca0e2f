// Ordinary life with the shipped parameters, read back from the logs: what stands in one must stand in the other, and nothing may be missing or alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "simulate/memory_for_test.h"
#include "simulate/sensors/stage_test.h"
#include "simulate/simulate.h"
#include "simulate/world/names.h"

namespace custos::simulate {
namespace {

using testing::Json;
using testing::split;

std::string content(const char* name) {
  std::ifstream in(std::string(CUSTOS_SOURCE_DIR "/content/simulation/") + name);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// Nothing is lost or late: the comparison is exact.
Parameters exact() {
  Parameters p = *read_parameters(content("parameters.yml"), "parameters.yml");
  p.faults.lost = p.faults.duplicated = p.faults.late = p.faults.skewed = p.faults.outages = 0;
  return p;
}

struct Lived {
  std::map<std::string, std::string> files;

  std::vector<std::string> lines(std::string_view part) const {
    std::vector<std::string> out;
    for (const auto& [path, text] : files) {
      if (path.find(part) == std::string::npos) continue;
      for (const std::string& line : split(text, '\n')) {
        if (!line.empty() && line[0] != '#') out.push_back(line);
      }
    }
    return out;
  }
  std::vector<std::vector<std::string>> zeek(std::string_view log) const {
    std::vector<std::vector<std::string>> out;
    for (const std::string& line : lines(log)) out.push_back(split(line, '\t'));
    return out;
  }
};

Lived live(const Parameters& p, std::set<std::string, std::less<>> only, unsigned days = 2, unsigned hosts = 30) {
  Options o;
  o.seed = 4;
  o.hosts = hosts;
  o.days = days;
  o.start = *parse_time("2026-11-10");
  o.layout.only = std::move(only);
  Memory memory;
  EXPECT_TRUE(run(p, o, memory, [](const Progress&) {}).has_value());
  return {std::move(memory.files)};
}

const Lived& wire() {
  static const Lived kLived = live(exact(), {"zeek-conn", "zeek-dns", "suricata", "dns-queries", "windows", "web-server"});
  return kLived;
}

constexpr std::size_t kFrom = 2, kFromPort = 3, kToPort = 5, kName = 9, kType = 13, kCode = 15;

TEST(Names, OfAllTypesAreAskedFor) {
  std::map<std::string, double> types, codes;
  double questions = 0;
  for (const auto& row : wire().zeek("zeek/")) {
    if (row.size() < 24 || row[kToPort] != "53") continue;  // conn has 21 columns
    ++questions;
    ++types[row[kType]];
    ++codes[row[kCode]];
  }
  ASSERT_GT(questions, 10'000);
  const auto share = [&](std::map<std::string, double>& of, const char* what) { return of[what] / questions; };
  const auto lies = [&](double what, double low, double high, const char* name) { EXPECT_TRUE(what >= low && what <= high) << name << " " << what; };
  lies(share(types, "A"), 0.4, 0.7, "A");
  lies(share(types, "AAAA"), 0.1, 0.35, "AAAA");
  lies(share(types, "TXT"), 0.03, 0.15, "TXT");
  lies(share(types, "PTR"), 0.03, 0.15, "PTR");
  lies(share(types, "HTTPS"), 0.01, 0.1, "HTTPS");
  lies(share(types, "MX"), 0.005, 0.06, "MX");
  lies(share(types, "SRV"), 0.004, 0.05, "SRV");
  lies(share(codes, "NXDOMAIN"), 0.08, 0.3, "NXDOMAIN");
  lies(share(codes, "SERVFAIL"), 0.0003, 0.02, "SERVFAIL");
  lies(share(codes, "-"), 0.0003, 0.02, "no answer");
}

// Client, port, id, name and type of every question.
TEST(Names, TheLogsOfOneQuestionAgree) {
  std::multiset<std::string> denied, silent, asked;
  std::set<std::string> conn;
  for (const auto& row : wire().zeek("zeek/")) {
    if (row.size() < 22) {
      if (row[kToPort] == "53") conn.insert(row[1]);
      continue;
    }
    if (row[kToPort] != "53") continue;
    const std::string key = row[kFrom] + "#" + row[kFromPort] + " " + row[kName] + " " + row[kType];
    if (row[kCode] == "NXDOMAIN") denied.insert(key);
    if (row[kCode] == "-") silent.insert(key);
    if (row[kFrom] != "10.20.1.14") asked.insert(key);
  }
  std::size_t uids = 0;
  for (const auto& row : wire().zeek("zeek/")) uids += row.size() >= 22 && row[kToPort] == "53" && !conn.contains(row[1]) ? 1 : 0;
  EXPECT_EQ(uids, 0u);
  std::multiset<std::string> denied_there, questions_there, answers_there;
  for (const std::string& line : wire().lines("suricata")) {
    if (line.find("\"event_type\":\"dns\"") == std::string::npos) continue;
    const Json e(line);
    const std::string key = e.text("/src_ip") + "#" + std::to_string(e.number("/src_port")) + " " + e.text("/dns/rrname") + " " + e.text("/dns/rrtype");
    (e.text("/dns/type") == "query" ? questions_there : answers_there).insert(key);
    if (e.text("/dns/rcode") == "NXDOMAIN") denied_there.insert(key);
  }
  EXPECT_EQ(denied, denied_there);
  for (const std::string& key : silent) {
    EXPECT_TRUE(questions_there.contains(key)) << key;
    EXPECT_FALSE(answers_there.contains(key)) << key;
  }
  std::multiset<std::string> logged;
  for (const std::string& line : wire().lines("dns/")) {
    const auto words = split(line, ' ');
    const auto client = std::find(words.begin(), words.end(), "client");
    ASSERT_TRUE(client != words.end()) << line;
    logged.insert(client[2] + " " + client[5] + " " + client[7]);
  }
  // Who stands in one network with the name server is not seen on the wire.
  std::vector<std::string> unlogged;
  std::set_difference(asked.begin(), asked.end(), logged.begin(), logged.end(), std::back_inserter(unlogged));
  EXPECT_TRUE(unlogged.empty()) << unlogged.size() << " " << (unlogged.empty() ? "" : unlogged.front());
  for (const std::string& key : logged) {
    EXPECT_TRUE(key.starts_with("10.20.1.") || asked.contains(key)) << key;
  }
}

TEST(Names, WhatWindowsWasDeniedTheNameServerDenied) {
  std::set<std::string> denied;
  for (const auto& row : wire().zeek("zeek/")) {
    if (row.size() >= 22 && row[kCode] == "NXDOMAIN") denied.insert(row[kName]);
  }
  std::size_t seen = 0;
  for (const std::string& line : wire().lines("windows/")) {
    if (line.find("\"QueryStatus\":9003") == std::string::npos && line.find("\"QueryStatus\":\"9003\"") == std::string::npos) continue;
    const std::size_t at = line.find("\"QueryName\":\"") + 13;
    const std::string name = line.substr(at, line.find('"', at) - at);
    // Servers beside the name server ask it unseen.
    if (line.find("\"ws-") == std::string::npos) continue;
    ++seen;
    EXPECT_TRUE(denied.contains(name)) << name;
  }
  EXPECT_GT(seen, 100u);
}

TEST(Names, PatternsAreFilledTheSameWayAndStayInTheirPool) {
  const Parameters p = testing::small();
  const World w = build_world(p, 1, 20, 0, kDay);
  Rng a(1, "x"), b(1, "x");
  std::set<std::string> pool, fresh;
  for (int i = 0; i < 500; ++i) {
    const std::string one = fill_name("a-${id:12:9}.b", a, w, nullptr);
    EXPECT_EQ(one, fill_name("a-${id:12:9}.b", b, w, nullptr));
    EXPECT_EQ(one.size(), 13u);
    pool.insert(one);
    fresh.insert(fill_name("${new:16}", a, w, nullptr));
    fill_name("${new:16}", b, w, nullptr);
    EXPECT_NE(mistyped("www.example.org", a), "www.example.org");
    mistyped("www.example.org", b);
  }
  EXPECT_EQ(pool.size(), 12u);
  EXPECT_EQ(fresh.size(), 500u);
  EXPECT_EQ(reverse_name("198.51.100.9"), "9.100.51.198.in-addr.arpa");
}

TEST(Wire, NoTwoMachinesBeginWithOneAddress) {
  const Parameters p = testing::small();
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    const World w = build_world(p, seed, 600, 0, kDay);
    std::set<std::string> addresses;
    for (const Machine& m : w.machines) EXPECT_TRUE(addresses.insert(m.address).second) << m.name << " " << m.address;
    EXPECT_GE(w.by_kind.at(Kind::Proxy).size(), 2u);
  }
}

TEST(Wire, StatesAndTransportsOfOrdinaryTraffic) {
  std::map<std::string, double> states, transports;
  std::vector<double> refusals;
  double all = 0;
  for (const auto& row : wire().zeek("conn.log")) {
    ++all;
    ++states[row[6] + " " + row[11]];
    ++transports[row[6]];
    if (row[11] == "REJ" && row[13] == "T") refusals.push_back(std::stod(row[8]));
  }
  for (const char* state : {"tcp S0", "tcp S1", "tcp RSTO", "tcp RSTR", "tcp OTH", "tcp S2", "udp S0", "icmp OTH"}) {
    EXPECT_GT(states[state] / all, 0.0003) << state;
    EXPECT_LT(states[state] / all, 0.2) << state;
  }
  EXPECT_GT(transports["icmp"] / all, 0.005);
  std::sort(refusals.begin(), refusals.end());
  ASSERT_GT(refusals.size(), 1'000u);
  EXPECT_LT(refusals[refusals.size() / 2], 0.0003);
}

TEST(Wire, TheFlowOfAnAlertSaysSo) {
  std::set<std::string> alerts, said, others;
  for (const std::string& line : wire().lines("suricata")) {
    const Json e(line);
    const std::string id = std::to_string(e.number("/flow_id"));
    if (e.text("/event_type") == "alert") alerts.insert(id);
    if (e.text("/event_type") == "flow") (e.flag("/flow/alerted") ? said : others).insert(id);
  }
  ASSERT_FALSE(alerts.empty());
  EXPECT_EQ(said, alerts);
  EXPECT_GT(others.size(), 1'000u);
}

TEST(Accounts, WhoTypesWrongTooOftenIsLockedOutAndLetInAgain) {
  Parameters p = exact();
  p.accounts["mistyped"] = p.accounts["again"] = 1;
  p.noise.clear();
  const Lived locked = live(p, {"windows"}, 1);
  const auto count = [](const Lived& of, const char* id, const char* holds = "") {
    std::size_t n = 0;
    for (const std::string& line : of.lines("windows/")) {
      n += line.find(std::string("\"EventID\":") + id + ",") != std::string::npos && line.find(holds) != std::string::npos ? 1 : 0;
    }
    return n;
  };
  const std::size_t out = count(locked, "4740");
  EXPECT_GT(out, 10u);
  EXPECT_EQ(count(locked, "4771"), 5 * out);
  // The only administrator has nobody to ask and waits until it is over.
  EXPECT_LE(count(locked, "4767"), out);
  EXPECT_GE(count(locked, "4767") + 3, out);
  EXPECT_EQ(count(locked, "4768", "0x12\",\"TicketEncryptionType\":\"0xffffffff"), out);
  for (const char* id : {"4768", "4769", "4770", "4776", "4634", "4647", "4648", "4672"}) EXPECT_GT(count(wire(), id), 5u) << id;
  EXPECT_GE(count(wire(), "4740"), count(wire(), "4767"));
}

TEST(Audit, SerialsRiseWithTheTime) {
  std::map<std::string, std::pair<std::uint64_t, double>> last;
  std::size_t seen = 0;
  for (const std::string& line : live(exact(), {"auditd"}, 1).lines("audit")) {
    const std::size_t at = line.find("msg=audit(");
    const std::size_t colon = line.find(':', at);
    const std::uint64_t serial = std::stoull(line.substr(colon + 1));
    const double time = std::stod(line.substr(at + 10));
    auto& [number, when] = last[line.substr(0, line.find(' '))];
    // Lines arrive with a second or two of delay, so the order in the file is not that of the machine; serial and time must agree.
    if (serial > number) {
      EXPECT_GE(time, when) << line;
    }
    if (serial >= number) {
      number = serial;
      when = time;
    }
    ++seen;
  }
  EXPECT_GT(seen, 1'000u);
}

TEST(Laboratory, LogsMoreAboutTheSameLife) {
  const Parameters ordinary = exact();
  const auto read = read_parameters(content("laboratory.yml"), "laboratory.yml", ordinary);
  ASSERT_TRUE(read.has_value()) << read.error().text;
  for (const Noise& n : read->noise) EXPECT_NE(windows_kind(n.event), nullptr) << n.event;
  const Lived less = live(ordinary, {"windows", "zeek-conn"}, 1, 16), more = live(*read, {"windows", "zeek-conn"}, 1, 16);
  EXPECT_EQ(less.lines("conn.log"), more.lines("conn.log"));
  EXPECT_GT(more.lines("windows/").size(), 5 * less.lines("windows/").size());
}

}  // namespace
}  // namespace custos::simulate
