#include <algorithm>
#include <set>

#include "simulate/sensors/stage_test.h"
#include "simulate/sensors/wire/wire.h"

namespace custos::simulate {
namespace {

using testing::Json;
using testing::kMorning;
using testing::split;
using testing::Stage;

bool digits(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool seconds(std::string_view s) {
  const std::size_t dot = s.find('.');
  return dot != std::string_view::npos && digits(s.substr(0, dot)) && s.size() - dot == 7 && digits(s.substr(dot + 1));
}

// A value of one of Zeek's types; the grammar of its ASCII writer, written down a second time.
bool fits(std::string_view type, std::string_view value) {
  if (value == "-") return true;
  if (type.substr(0, 4) == "set[" || type.substr(0, 7) == "vector[") {
    if (value == "(empty)") return true;
    const std::string_view inner = type.substr(type.find('[') + 1, type.size() - type.find('[') - 2);
    for (const std::string& one : split(value, ',')) {
      if (one.empty() || !fits(inner, one)) return false;
    }
    return true;
  }
  if (type == "time" || type == "interval") return seconds(value);
  if (type == "count") return digits(value);
  if (type == "port") return digits(value) && std::stoul(std::string(value)) <= 65'535;
  if (type == "bool") return value == "T" || value == "F";
  if (type == "addr") return wire::address_of(value).has_value();
  return (type == "string" || type == "enum") && !value.empty() && value.find_first_of("\t\n") == std::string_view::npos;
}

using Row = std::map<std::string, std::string>;

// Rows by column name, checked against the head that stands in front of them.
std::vector<Row> zeek(Stage& stage, std::string_view part) {
  std::vector<Row> out;
  std::vector<std::string> names, types;
  for (const std::string& line : split(stage.all(part), '\n')) {
    if (line.substr(0, 8) == "#fields\t") names = split(line.substr(8), '\t');
    if (line.substr(0, 7) == "#types\t") types = split(line.substr(7), '\t');
    if (line.empty() || line[0] == '#') continue;
    const auto values = split(line, '\t');
    EXPECT_EQ(values.size(), names.size()) << line;
    EXPECT_EQ(types.size(), names.size());
    Row row;
    for (std::size_t i = 0; i < std::min(values.size(), names.size()); ++i) {
      EXPECT_TRUE(fits(types[i], values[i])) << names[i] << " is no " << types[i] << ": " << values[i];
      row[names[i]] = values[i];
    }
    out.push_back(row);
  }
  return out;
}

Flow outside(Stage& s, std::string_view name = "host.example.net") {
  Flow f;
  f.from = s.desk().address;
  f.to = "198.18.7.7";
  f.service = "ssl";
  f.server_name = name;
  f.out = 4'000;
  f.in = 90'000;
  f.duration = 3 * kSecond;
  return f;
}

// A little of everything.
void play(Stage& s) {
  Network& n = s.scene.network;
  Machine& desk = s.desk();
  const std::string agent = s.world.people[0].browser;
  for (int i = 0; i < 20; ++i) {
    const Micros later = i * 40 * kSecond;
    n.visit(s.at(later), desk, s.who(), s.news(), {.host = "www.news.example.net", .agent = agent});
    n.visit(s.at(later + 1), desk, s.who(), s.news(), {.host = "img.news.example.net:80", .path = "/a\tb.png?q=\"1\"", .agent = agent, .status = 404});
    n.direct(s.at(later + 2), desk, s.update(), "update.example.com");
    n.inbound(s.at(later + 3), "198.51.100.9", s.world.first(Kind::Bastion), 22, "ssh",
              i % 3 == 0   ? "S0"
              : i % 3 == 1 ? "REJ"
                           : "SF",
              1'250, 1'694, 4 * kSecond);
    n.web_request(s.at(later + 4), "198.51.100.80", "GET", "/press/style.css", 200, 12'345, "Mozilla/5.0 (X11) \"x\"\n", "https://ref.example/");
    n.internal(s.at(later + 5), desk, s.world.first(Kind::FileServer), 445, "smb", 40'000, 2'000'000, 30 * kSecond);
    n.lease(s.at(later + 6), desk, 0);
  }
  n.look_up(s.at(), desk, "a-long-label.tunnel.example", {.values = {"k=v, with\tblanks", "second"}, .ttl = 5}, "TXT");
  n.look_up(s.at(1), desk, "nothing.example", {.rcode = "NXDOMAIN", .values = {}});
  n.look_up(s.at(2), desk, "silence.example", {.rcode = "", .values = {}});
  for (const char* state : {"SF", "S0", "REJ", "S1", "S2", "S3", "RSTO", "RSTR", "RSTOS0", "RSTRH", "SH", "SHR", "OTH"}) {
    Flow f = outside(s);
    f.state = state;
    n.flow(s.at(3), desk, f);
  }
  Flow ping = outside(s);
  ping.transport = "icmp";
  ping.service = "";
  ping.server_name = "";
  n.flow(s.at(4), desk, ping);
}

TEST(Network, EveryZeekLineHasTheColumnsOfItsHead) {
  Stage s;
  play(s);
  // Twenty rounds: a tunnel is seen as such on one side of the proxy, a page in the clear on both, and the web site's; TLS on both sides and the updater's.
  EXPECT_EQ(zeek(s, "http.log").size(), 80u);
  EXPECT_EQ(zeek(s, "dhcp.log").size(), 20u);
  EXPECT_GE(zeek(s, "ssl.log").size(), 60u);
  EXPECT_GE(zeek(s, "dns.log").size(), 9u);
  EXPECT_GE(zeek(s, "conn.log").size(), 160u);
}

TEST(Network, EveryEveLineIsJsonWithTheMembersOfItsType) {
  Stage s;
  play(s);
  std::map<std::string, int> seen;
  for (const Json& e : testing::records(s, "suricata")) {
    const std::string type = e.text("/event_type");
    ++seen[type];
    EXPECT_EQ(e.text("/timestamp").size(), 31u);
    EXPECT_EQ(e.text("/timestamp").substr(26), "+0000");
    EXPECT_GT(e.number("/flow_id"), 0u);
    EXPECT_LT(e.number("/flow_id"), 1ull << 53);  // JavaScript reads it unharmed
    for (const char* member : {"/src_ip", "/dest_ip", "/proto"}) EXPECT_TRUE(e.has(member)) << member;
    if (type == "flow") {
      for (const char* member : {"/flow/start", "/flow/end", "/flow/age", "/flow/state", "/flow/reason"}) EXPECT_TRUE(e.has(member)) << member;
      EXPECT_EQ(e.text("/timestamp"), e.text("/flow/end"));
      EXPECT_EQ(e.has("/tcp/tcp_flags"), e.text("/proto") == "TCP");
    }
    if (type == "dns") {
      EXPECT_EQ(e.number("/dns/version"), 2u);
      EXPECT_NE(e.text("/dns/rrname"), "<none>");
      EXPECT_EQ(e.has("/dns/rcode"), e.text("/dns/type") == "answer");
    }
    if (type == "tls") {
      EXPECT_EQ(e.text("/tls/ja3/hash").size(), 32u);
    }
    if (type == "http") {
      EXPECT_NE(e.text("/http/url"), "<none>");
    }
  }
  for (const char* type : {"flow", "dns", "tls", "http"}) EXPECT_GT(seen[type], 10) << type;
}

TEST(Network, EqualSeedsGiveEqualBytes) {
  Stage a, b, other(8);
  play(a);
  play(b);
  play(other);
  a.finish();
  b.finish();
  EXPECT_EQ(a.output.files, b.output.files);
  EXPECT_NE(a.all("conn.log"), other.all("conn.log"));
}

// Runs with and without a campaign can be compared record by record.
TEST(Network, OneActMoreChangesNoOtherRecord) {
  Stage a, b;
  b.scene.network.flow({kMorning - 5, kNobody, nullptr}, b.world.first(Kind::Database), [&] {
    Flow f = outside(b);
    f.from = b.world.first(Kind::Database).address;
    return f;
  }());
  play(a);
  play(b);
  for (const char* log : {"conn.log", "ssl.log", "suricata", "dns/"}) {
    const auto less = a.lines(log);
    auto more = b.lines(log);
    for (const std::string& line : less) {
      const auto same = std::find(more.begin(), more.end(), line);
      ASSERT_NE(same, more.end()) << line;
      more.erase(same);
    }
    EXPECT_EQ(more.size(), std::string_view(log) == "dns/" ? 0u : std::string_view(log) == "suricata" ? 2u : 1u) << log;
  }
}

TEST(Network, LogsOfOneSessionAgree) {
  Stage s;
  Flow f = outside(s);
  f.from_port = 50'123;
  s.scene.network.flow(s.at(), s.desk(), f);
  s.scene.network.alert(s.at(kSecond), s.desk(), f, 2'027'000, "ET INFO Something", "Misc activity", 3);
  const auto conn = zeek(s, "conn.log"), ssl = zeek(s, "ssl.log");
  ASSERT_EQ(conn.size(), 1u);
  ASSERT_EQ(ssl.size(), 1u);
  const Row& c = conn[0];
  for (const char* column : {"uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p"}) EXPECT_EQ(c.at(column), ssl[0].at(column)) << column;
  EXPECT_EQ(c.at("uid").size(), 18u);
  EXPECT_EQ(c.at("uid")[0], 'C');
  EXPECT_EQ(c.at("ts"), "1794301200.123456");
  EXPECT_EQ(c.at("duration"), "3.000000");
  EXPECT_EQ(c.at("service"), "ssl");
  EXPECT_EQ(c.at("orig_bytes"), "4000");
  EXPECT_EQ(c.at("resp_bytes"), "90000");
  EXPECT_EQ(c.at("local_orig"), "T");
  EXPECT_EQ(c.at("local_resp"), "F");
  EXPECT_EQ(ssl[0].at("server_name"), "host.example.net");
  // 4,000 bytes are three segments of 1,460 and 90,000 are 62: SYN, ACK, FIN, ACK, 3 and 31 acknowledgements; SYN ACK, FIN, 62 and 1.
  EXPECT_EQ(c.at("orig_pkts"), "38");
  EXPECT_EQ(c.at("resp_pkts"), "65");
  EXPECT_EQ(c.at("orig_ip_bytes"), std::to_string(4'000 + 38 * 40 + 12));
  EXPECT_EQ(c.at("resp_ip_bytes"), std::to_string(90'000 + 65 * 40 + 12));
  const auto eve = testing::records(s, "suricata");
  ASSERT_EQ(eve.size(), 3u);
  std::set<std::string> types;
  for (const Json& e : eve) {
    types.insert(e.text("/event_type"));
    EXPECT_EQ(e.number("/flow_id"), eve[0].number("/flow_id"));
    EXPECT_EQ(e.text("/src_ip"), c.at("id.orig_h"));
    EXPECT_EQ(e.number("/src_port"), 50'123u);
    EXPECT_EQ(e.text("/dest_ip"), c.at("id.resp_h"));
    if (e.text("/event_type") != "flow") continue;
    EXPECT_EQ(e.text("/app_proto"), "tls");
    EXPECT_EQ(e.number("/flow/pkts_toserver"), 38u);
    EXPECT_EQ(e.number("/flow/bytes_toserver"), 4'000u + 38 * 54 + 12);
    EXPECT_EQ(e.number("/flow/bytes_toclient"), 90'000u + 65 * 54 + 12);
    EXPECT_EQ(e.text("/flow/start"), "2026-11-10T09:00:00.123456+0000");
    EXPECT_EQ(e.text("/flow/end"), "2026-11-10T09:00:03.123456+0000");
    EXPECT_EQ(e.text("/tcp/tcp_flags_ts"), "1b");
  }
  EXPECT_EQ(types, (std::set<std::string>{"alert", "flow", "tls"}));
}

TEST(Network, StatesCountWhatTheyHad) {
  Stage s;
  play(s);
  std::set<std::string> seen;
  for (const Row& c : zeek(s, "conn.log")) {
    const std::string state = c.at("conn_state"), history = c.at("history");
    const auto number = [&](const char* column) { return c.at(column) == "-" ? 0ull : std::stoull(c.at(column)); };
    seen.insert(state);
    EXPECT_GE(number("orig_ip_bytes"), number("orig_bytes"));
    EXPECT_GE(number("resp_ip_bytes"), number("resp_bytes"));
    EXPECT_EQ(number("resp_pkts") == 0, number("resp_ip_bytes") == 0);
    // A single datagram has bytes that Zeek doesn't count yet.
    if (c.at("proto") != "icmp" && c.at("duration") != "-") {
      EXPECT_EQ(history.find('D') != std::string::npos, number("orig_bytes") > 0) << history;
      EXPECT_EQ(history.find('d') != std::string::npos, number("resp_bytes") > 0) << history;
    }
    if (number("orig_bytes") == 0 && c.at("proto") == "tcp") {
      EXPECT_EQ(c.at("service"), "-");
    }
    if (state == "S0" && c.at("proto") == "tcp") {
      EXPECT_EQ(history, "S");
      EXPECT_EQ(number("resp_pkts"), 0u);
      EXPECT_EQ(number("orig_bytes"), 0u);
    }
    if (state == "REJ") {
      EXPECT_EQ(history, "Sr");
    }
    if (state == "RSTO") {
      EXPECT_EQ(history.back(), 'R');
    }
    if (state == "SF" && c.at("proto") == "tcp") {
      EXPECT_EQ(history.substr(0, 3), "ShA");
    }
    if (c.at("duration") == "-") {
      EXPECT_EQ(number("orig_pkts") + number("resp_pkts"), 1u);
    }
  }
  EXPECT_EQ(seen, (std::set<std::string>{"OTH", "REJ", "RSTO", "RSTOS0", "RSTR", "RSTRH", "S0", "S1", "S2", "S3", "SF", "SH", "SHR"}));
}

// A SYN that nobody answers is written five seconds later, one that stays open after five minutes.
TEST(Network, AConnectionIsWrittenWhenZeekForgetsIt) {
  Stage s(7, {"zeek-conn"});
  Flow f = outside(s);
  f.state = "S0";
  f.duration = 0;
  s.scene.network.flow(s.at(), s.desk(), f);
  f.state = "S1";
  s.scene.network.flow(s.at(), s.desk(), f);
  const auto written = [&] {
    return std::count(s.output.files["logs/zeek/2026-11-10/conn.log"].begin(), s.output.files["logs/zeek/2026-11-10/conn.log"].end(), '\n');
  };
  s.delivery.advance(kMorning + 4 * kSecond);
  EXPECT_TRUE(s.output.files.empty());
  s.delivery.advance(kMorning + 6 * kSecond);
  const auto one = written();
  EXPECT_GT(one, 0);
  s.delivery.advance(kMorning + 299 * kSecond);
  EXPECT_EQ(written(), one);
  s.delivery.advance(kMorning + 301 * kSecond);
  EXPECT_EQ(written(), one + 1);
}

TEST(Network, WhatStaysInsideOneNetworkIsNotSeen) {
  Stage s;
  Machine& desk = s.desk();
  Machine& printer = s.world.first(Kind::Printer);  // in the office, too
  s.scene.network.internal(s.at(), desk, printer, 9'100, "", 900'000, 4'000, 5 * kSecond);
  s.scene.network.internal(s.at(), s.world.first(Kind::AppServer), s.world.first(Kind::FileServer), 445, "smb", 900, 4'000, kSecond);
  s.scene.network.flow(s.at(), desk, [&] {
    Flow f = outside(s);
    f.to = printer.address;
    return f;
  }());
  s.scene.network.flow(s.at(), desk, [&] {  // both ends on the Internet
    Flow f = outside(s);
    f.from = "198.51.100.1";
    return f;
  }());
  s.finish();
  EXPECT_TRUE(s.output.files.empty());
  s.scene.network.internal(s.at(), desk, s.world.first(Kind::FileServer), 445, "smb", 900, 4'000, kSecond);
  Stage t;
  t.scene.network.internal(t.at(), t.desk(), t.world.first(Kind::FileServer), 445, "smb", 900, 4'000, kSecond);
  const auto rows = zeek(t, "conn.log");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].at("service"), "smb");
  EXPECT_EQ(rows[0].at("local_resp"), "T");
}

TEST(Network, AVisitGoesThroughTheProxy) {
  Stage s;
  Machine& desk = s.desk();
  const Machine& proxy = s.world.first(Kind::Proxy);
  s.scene.network.visit(s.at(), desk, s.who(), s.news(), {.host = "www.news.example.net", .agent = "Mozilla/5.0 (x) Chrome/128.0", .out = 2'000, .in = 50'000},
                        &desk.explorer);
  const auto conn = zeek(s, "conn.log");
  ASSERT_EQ(conn.size(), 6u);  // the proxy's questions for both kinds of address, the resolver's, the client's connection, the proxy's
  const Row *inner = nullptr, *outer = nullptr;
  for (const Row& c : conn) {
    if (c.at("id.resp_p") == "3128") inner = &c;
    if (c.at("id.resp_p") == "443") outer = &c;
  }
  ASSERT_TRUE(inner != nullptr && outer != nullptr);
  EXPECT_EQ(inner->at("id.orig_h"), desk.address);
  EXPECT_EQ(inner->at("id.resp_h"), proxy.address);
  EXPECT_EQ(inner->at("service"), "http,ssl");
  EXPECT_EQ(outer->at("id.orig_h"), proxy.address);
  EXPECT_EQ(outer->at("id.resp_h"), s.world.site_address(s.news(), "www.news.example.net"));
  EXPECT_EQ(outer->at("orig_bytes"), "2000");
  EXPECT_EQ(outer->at("resp_bytes"), "50000");
  EXPECT_GT(std::stod(outer->at("ts")), std::stod(inner->at("ts")));
  EXPECT_LT(std::stod(outer->at("ts")) + std::stod(outer->at("duration")), std::stod(inner->at("ts")) + std::stod(inner->at("duration")));
  for (const Row& q : zeek(s, "dns.log")) EXPECT_NE(q.at("id.orig_h"), desk.address);
  const auto ssl = zeek(s, "ssl.log");
  ASSERT_EQ(ssl.size(), 2u);
  for (const char* column : {"server_name", "version", "cipher", "resumed", "ja3", "ja3s"}) EXPECT_EQ(ssl[0].at(column), ssl[1].at(column)) << column;
  const auto line = s.lines("proxy/");
  ASSERT_EQ(line.size(), 1u);
  EXPECT_EQ(line[0].substr(0, desk.address.size() + 3 + s.who().name.size()), desk.address + " - " + s.who().name);
  EXPECT_NE(line[0].find("+0000] \"CONNECT www.news.example.net:443 HTTP/1.1\" 200 50039 \"-\" \"Mozilla/5.0 (x) Chrome/128.0\" TCP_TUNNEL:HIER_DIRECT"),
            std::string::npos)
      << line[0];
  const auto sysmon = s.lines("windows");
  ASSERT_EQ(sysmon.size(), 1u);
  EXPECT_NE(sysmon[0].find(proxy.address), std::string::npos);
}

TEST(Network, WhatTheProxyRefusesDoesNotGoOutside) {
  Stage s;
  s.scene.network.visit(s.at(), s.desk(), s.who(), s.news(), {.host = "www.news.example.net", .agent = "x", .status = 407});
  for (const Row& c : zeek(s, "conn.log")) EXPECT_EQ(c.at("id.resp_p"), "3128");
  EXPECT_TRUE(s.lines("dns.log").empty());
  const auto line = s.lines("proxy/");
  ASSERT_EQ(line.size(), 1u);
  EXPECT_NE(line[0].find(" - - ["), std::string::npos) << "nobody has told a name yet";
  EXPECT_NE(line[0].find("\" 407 "), std::string::npos);
}

TEST(Network, ACachedNameIsNotAskedTwice) {
  Stage s;
  const auto visit = [&](Micros later) { s.scene.network.visit(s.at(later), s.desk(), s.who(), s.news(), {.host = "www.news.example.net", .agent = "x"}); };
  const auto go = [&](Micros later) { s.scene.network.direct(s.at(later), s.desk(), s.update(), "update.example.com"); };
  for (const Micros later : {Micros{0}, 10 * kSecond, 50 * kSecond, 2 * kHour}) {
    visit(later);
    go(later);
  }
  std::map<std::string, int> asked;
  for (const Row& q : zeek(s, "dns.log")) ++asked[q.at("id.orig_h") + " " + q.at("query")];
  const Machine &proxy = s.world.first(Kind::Proxy), &resolver = s.world.first(Kind::Resolver);
  EXPECT_EQ(asked.size(), 4u);
  EXPECT_EQ(asked[proxy.address + " www.news.example.net"], 4);  // both kinds of address, at once and two hours later
  EXPECT_EQ(asked[s.desk().address + " update.example.com"], 2);
  EXPECT_EQ(asked[resolver.address + " www.news.example.net"], 4);
  EXPECT_EQ(asked[resolver.address + " update.example.com"], 2);
}

TEST(Network, TheResolverAsksOnlyWhatItDoesNotKnow) {
  Stage s;
  Machine& desk = s.desk();
  Network& n = s.scene.network;
  EXPECT_EQ(n.look_up(s.at(), desk, "one.example", {.values = {"198.18.0.9"}, .ttl = 60}), "198.18.0.9");
  n.look_up(s.at(20 * kSecond), desk, "one.example", {.values = {"198.18.0.9"}, .ttl = 60});
  n.look_up(s.at(90 * kSecond), desk, "one.example", {.values = {"198.18.0.9"}, .ttl = 60});
  n.look_up(s.at(), desk, "files-01.court.example.org", {.values = {"10.20.1.11"}, .ttl = 1'200});
  n.look_up(s.at(), s.world.first(Kind::AppServer), "one.example", {.values = {"198.18.0.9"}, .ttl = 60});  // beside the resolver: only its own log shows it
  int client = 0, upstream = 0;
  for (const Row& q : zeek(s, "dns.log")) {
    ++(q.at("id.orig_h") == desk.address ? client : upstream);
    if (q.at("query") == "files-01.court.example.org") {
      EXPECT_EQ(q.at("AA"), "T");
    }
    if (q.at("ts") == "1794301220.123456") {
      EXPECT_EQ(q.at("TTLs"), "40.000000");  // of sixty
    }
  }
  EXPECT_EQ(client, 4);
  EXPECT_EQ(upstream, 2);
  const auto named = s.lines("dns/");
  ASSERT_EQ(named.size(), 5u);
  const std::string address = s.world.first(Kind::Resolver).address;
  EXPECT_EQ(named[0].substr(0, 28), "Nov 10 09:00:00 ns-01 named[");
  for (const std::string& line : named) {
    EXPECT_NE(line.find("]: client @0x7f"), std::string::npos) << line;
    EXPECT_NE(line.find(": query: "), std::string::npos);
    EXPECT_EQ(line.substr(line.size() - address.size() - 10), " IN A + (" + address + ")") << line;
  }
}

TEST(Network, AMachineOutsideLeavesNothingHere) {
  Stage s;
  Machine& desk = s.desk();
  const std::string ours = desk.address;
  desk.remote_address = "198.51.100.77";
  Network& n = s.scene.network;
  n.visit(s.at(), desk, s.who(), s.news(), {.host = "www.news.example.net", .agent = "x"}, &desk.explorer);
  n.direct(s.at(), desk, s.update(), "update.example.com", &desk.explorer);
  n.look_up(s.at(), desk, "some.example", {.values = {"198.18.0.9"}});
  n.internal(s.at(), desk, s.world.first(Kind::FileServer), 445, "smb", 1, 1, kSecond);
  n.internal(s.at(), s.world.first(Kind::FileServer), desk, 445, "smb", 1, 1, kSecond);
  n.flow(s.at(), desk, outside(s), &desk.explorer);
  s.finish();
  ASSERT_EQ(s.output.files.size(), 1u);
  const std::string& sysmon = s.output.files.begin()->second;
  EXPECT_NE(sysmon.find("www.news.example.net"), std::string::npos);
  EXPECT_EQ(sysmon.find("\"" + ours + "\""), std::string::npos) << "an address that may be another's by now";
  EXPECT_NE(sysmon.find("\"192.168."), std::string::npos);
  EXPECT_EQ(desk.address, ours);

  // Through the VPN it is seen on its way to what is ours, and on no other.
  Stage t;
  Machine& laptop = t.desk();
  laptop.remote_address = "198.51.100.77";
  t.scene.network.lease(t.at(), laptop, 3);
  t.scene.network.internal(t.at(), laptop, t.world.first(Kind::FileServer), 445, "smb", 1, 1, kSecond);
  t.scene.network.flow(t.at(), laptop, outside(t));
  const auto rows = zeek(t, "conn.log");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].at("id.orig_h"), laptop.address);
}

TEST(Network, LeasesDoNotCollide) {
  Stage s(7, {"zeek-dhcp"});
  std::uint32_t office = 0;
  std::set<std::string> held;
  for (int round = 0; round < 50; ++round) {
    for (Machine& m : s.world.machines) {
      if (m.kind == Kind::Workstation) s.scene.network.lease(s.at(round * kMinute), m, office);
    }
    held.clear();
    for (const Machine& m : s.world.machines) EXPECT_TRUE(held.insert(m.address).second) << m.address;
  }
  for (const Row& l : zeek(s, "dhcp.log")) {
    EXPECT_EQ(l.at("lease_time"), "28800.000000");
    EXPECT_EQ(l.at("msg_types"), "DISCOVER,OFFER,REQUEST,ACK");
    EXPECT_NE(l.at("requested_addr"), l.at("assigned_addr"));
  }
  // A network with fewer addresses than machines: somebody shares, nobody waits for ever.
  s.world.nets[office].size = 3;
  Stage t;
  t.world.nets[office].size = 3;
  for (Machine& m : t.world.machines) t.scene.network.lease(t.at(), m, office);
  for (const Machine& m : t.world.machines) EXPECT_EQ(wire::net_of(t.world, m.address), 0);
}

TEST(Network, HostileTextStaysInItsColumn) {
  Stage s;
  s.scene.network.web_request(s.at(), "198.51.100.80", "GET", "/\t\n\"\\\xff?<script>", 404, 10, "\"a\\b\"\t-", "x\ty");
  s.scene.network.web_request(s.at(), "198.51.100.80", "GET", "", 404, 10, "-");
  const auto line = s.lines("web/");
  ASSERT_EQ(line.size(), 2u);
  EXPECT_EQ(line[0],
            "198.51.100.80 - - [10/Nov/2026:09:00:00 +0000] \"GET /\\x09\\x0a\\\"\\\\\\xff?<script> HTTP/1.1\" 404 10 \"x\\x09y\" \"\\\"a\\\\b\\\"\\x09-\"");
  const auto http = zeek(s, "http.log");
  ASSERT_EQ(http.size(), 2u);
  const auto& first = http[0].at("uri").size() > http[1].at("uri").size() ? http[0] : http[1];
  const auto& second = &first == &http[0] ? http[1] : http[0];
  EXPECT_EQ(first.at("uri"), "/\\x09\\x0a\"\\\\\xEF\xBF\xBD?<script>");
  EXPECT_EQ(second.at("uri"), "(empty)");
  EXPECT_EQ(second.at("user_agent"), "\\x2d");
  EXPECT_EQ(testing::records(s, "suricata").size(), 4u);
}

TEST(Network, WhatNobodyWantsIsNotMade) {
  Stage s(7, {"proxy"});
  play(s);
  s.finish();
  ASSERT_EQ(s.output.files.size(), 1u);
  EXPECT_EQ(s.lines("proxy/").size(), 40u);
}

}  // namespace
}  // namespace custos::simulate
