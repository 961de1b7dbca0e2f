// What crosses the gateway as its sensor counts it, and the lines that each kind of log makes of it.
// Called by network.cc; the lines go into Delivery.
// Values; views in Flow live as long as the call that got them.
// One thread.
// Refuses nothing. Counts follow from one another: bytes on the wire are payload and headers, a history has a D where payload went out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "simulate/sensors/network.h"

namespace custos::simulate::wire {

struct Side {
  std::uint64_t packets = 0, payload = 0, ip_bytes = 0;
};

// What both sides said in the clear while they agreed on a cipher.
struct Tls {
  bool v13 = true, resumed = false;
  std::string_view cipher, curve, next_protocol;  // empty where the sensor can't see it
  std::string ja3, ja3s;
  std::string_view ja3_string;  // empty where only the hash is known
  std::string certificate;      // SHA-256 of the server's; empty with 1.3, which encrypts it
  Micros issued = kNoTime;      // midnight at which it became valid; for 90 days
};

struct Connection {
  Flow flow;
  Micros start = 0, duration = 0;
  bool measured = true;                     // false: one packet has no duration
  Micros zeek_done = 0, suricata_done = 0;  // when each forgets it and writes its line
  Side orig, resp;
  bool local_orig = false, local_resp = false;
  std::string_view state;
  std::string history, service, uid;
  std::uint64_t flow_id = 0;
  std::optional<Tls> tls;

  Micros end() const { return start + duration; }
  bool answered() const { return resp.packets > 0; }
};

// Index in World::nets of the network that an address belongs to; -1: the Internet.
int net_of(const World& world, std::string_view address);
std::optional<std::uint32_t> address_of(std::string_view text);

// `windows`: the originator's stack, which says how long its headers are.
Connection observe(const World& world, Micros at, Flow&& flow, bool windows);
std::uint64_t flow_id(const World& world, Micros at, const Flow& flow);

// ja3 of a browser (by its user agent) and of a program that uses the system's TLS (by its image).
std::string_view browser_ja3(std::string_view agent);
std::string_view program_ja3(std::string_view image, bool windows);
Tls handshake(const World& world, const Connection& c);

// A question to a name server and its answer.
struct Question {
  std::string_view name, type;
  const Answer* answer = nullptr;  // nullptr: none came
  Micros rtt = 0;
  std::int64_t ttl = 0;  // seconds, of every answer
  std::uint16_t id = 0;
  bool authoritative = false;
};
int type_number(std::string_view type);
int rcode_number(std::string_view rcode);

struct Lease {
  std::string_view server, mac, name, fqdn, domain, before, address;  // before: the address asked for; empty: none
  std::int64_t seconds = 0;
  Micros at = 0, duration = 0;
};

// zeek.cc
std::string zeek_conn(const Connection& c);
std::string zeek_ssl(const Connection& c);
std::string zeek_http(const Connection& c);
std::string zeek_dns(const Connection& c, const Question& q);
std::string zeek_dhcp(const Lease& l, std::string_view uid);

// suricata.cc
std::string eve_flow(const Connection& c);
std::string eve_tls(const Connection& c);
std::string eve_http(const Connection& c);
std::string eve_dns(const Connection& c, const Question& q, bool answer);
struct Signature {
  std::uint32_t id = 0;
  std::string_view text, category;
  int severity = 3;
};
std::string eve_alert(const Connection& c, const Signature& s);

// query_log.cc: BIND's `queries` category by way of syslog.
std::string named_query(Micros stamp, const Machine& resolver, std::string_view client, std::uint16_t port, std::string_view name, std::string_view type,
                        bool edns);

// access_log.cc: one line of an access log, of the proxy (squid's `combined`) or the web server.
struct Access {
  Micros stamp = 0;
  std::string_view client, user = "-", method, target, referrer = "-", agent = "-", result;  // result: squid's word and way; empty for web servers
  int status = 200;
  std::uint64_t bytes = 0;
};
std::string access_line(const Access& a);
std::string_view reason(int status);
// What a file of that name is, by its ending.
std::string_view media_type(std::string_view path);

}  // namespace custos::simulate::wire
