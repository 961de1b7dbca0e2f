#include <algorithm>

#include <fmt/format.h>

#include "base/hash.h"
#include "simulate/sensors/detail.h"
#include "simulate/sensors/json_line.h"
#include "simulate/sensors/wire/wire.h"

namespace custos::simulate::wire {
namespace suricata {
namespace {

std::string stamp(Micros t) {
  const Civil c = to_civil(t);
  std::string out;
  const auto part = [&out](int v, int digits, char behind) {
    append_padded(out, static_cast<std::uint64_t>(v), digits);
    out += behind;
  };
  part(c.year, 4, '-');
  part(c.month, 2, '-');
  part(c.day, 2, 'T');
  part(c.hour, 2, ':');
  part(c.minute, 2, ':');
  part(c.second, 2, '.');
  part(c.micros, 6, '+');
  return out += "0000";
}

// Suricata's words for what Zeek calls otherwise.
std::string_view application(const Connection& c) {
  const std::string_view zeek = c.service;
  if (zeek == "http,ssl" || zeek == "ssl") return "tls";
  if (zeek.substr(0, 3) == "krb") return "krb5";
  if (zeek.find("smb") != std::string_view::npos) return "smb";
  if (zeek.find("dce_rpc") != std::string_view::npos) return "dcerpc";
  for (const std::string_view same : {"http", "dns", "ssh", "ntp", "rdp", "dhcp", "smtp", "ftp", "snmp", "ldap"}) {
    if (zeek == same) return same;
  }
  return c.orig.payload > 0 && c.resp.payload > 0 ? "failed" : "";
}

JsonLine begin(std::string& out, const Connection& c, Micros t, std::string_view type) {
  out.reserve(640);
  JsonLine j(out);
  const Flow& f = c.flow;
  j.text("timestamp", stamp(t)).number("flow_id", c.flow_id).text("in_iface", "eth1").text("event_type", type).text("src_ip", f.from);
  const bool icmp = f.transport == "icmp";
  if (!icmp) j.number("src_port", f.from_port);
  j.text("dest_ip", f.to);
  if (!icmp) j.number("dest_port", f.to_port);
  j.text("proto", icmp ? "ICMP" : f.transport == "udp" ? "UDP" : "TCP");
  if (icmp) j.number("icmp_type", f.from_port).number("icmp_code", f.to_port);
  return j;
}

// Suricata counts whole frames: 14 bytes of Ethernet more a packet than Zeek's ip_bytes.
void counters(JsonLine& j, const Side& orig, const Side& resp) {
  j.number("pkts_toserver", orig.packets).number("pkts_toclient", resp.packets);
  j.number("bytes_toserver", orig.ip_bytes + 14 * orig.packets).number("bytes_toclient", resp.ip_bytes + 14 * resp.packets);
}

// Flags that each side set at least once: FIN 1, SYN 2, RST 4, PSH 8, ACK 10.
unsigned flags(const Connection& c, bool orig) {
  unsigned out = 0;
  for (const char h : c.history) {
    const bool mine = (h >= 'A' && h <= 'Z') == orig && h != '^';
    if (!mine) continue;
    switch (h) {
      case 'S':
      case 's': out |= 0x02; break;
      case 'h':
      case 'H': out |= 0x12; break;
      case 'A':
      case 'a': out |= 0x10; break;
      case 'D':
      case 'd': out |= 0x18; break;
      case 'F':
      case 'f': out |= 0x11; break;
      case 'R':
      case 'r': out |= 0x14; break;
      default: break;
    }
  }
  return out;
}

void tcp_member(JsonLine& j, const Connection& c) {
  const unsigned server = flags(c, true), client = flags(c, false), both = server | client;
  const std::string_view s = c.state;
  j.object("tcp")
      .text("tcp_flags", fmt::format("{:02x}", both))
      .text("tcp_flags_ts", fmt::format("{:02x}", server))
      .text("tcp_flags_tc", fmt::format("{:02x}", client));
  if ((both & 0x02) != 0) j.flag("syn", true);
  if ((both & 0x01) != 0) j.flag("fin", true);
  if ((both & 0x04) != 0) j.flag("rst", true);
  if ((both & 0x08) != 0) j.flag("psh", true);
  if ((both & 0x10) != 0) j.flag("ack", true);
  j.text("state", s == "S0" || s == "SH"    ? "syn_sent"
                  : s == "S1" || s == "OTH" ? "established"
                  : s == "S2"               ? "fin_wait1"
                  : s == "S3"               ? "close_wait"
                                            : "closed")
      .close();
}

void tls_member(JsonLine& j, const Connection& c) {
  const Tls& t = *c.tls;
  j.object("tls");
  if (!t.certificate.empty()) {
    const std::uint64_t h = hash64(t.certificate);
    std::string serial, print;
    for (int i = 0; i < 16; ++i) {
      if (i > 0) serial += ':';
      serial += fmt::format("{:02X}", (i < 8 ? h : h * 0x9E3779B97F4A7C15ull) >> (i % 8 * 8) & 0xFF);
    }
    for (std::size_t i = 0; i < 40; i += 2) print += fmt::format("{}{}", i > 0 ? ":" : "", std::string_view(t.certificate).substr(i, 2));
    j.text("subject", fmt::format("CN={}", c.flow.server_name.empty() ? c.flow.to : c.flow.server_name))
        .text("issuerdn", "C=US, O=Example Trust Services, CN=Example Trust R3");
    j.text("serial", serial).text("fingerprint", print);
    j.text("notbefore", to_rfc3339(t.issued).substr(0, 19)).text("notafter", to_rfc3339(t.issued + 90 * kDay).substr(0, 19));
  }
  if (t.resumed && !t.v13) j.flag("session_resumed", true);
  if (!c.flow.server_name.empty()) j.text("sni", c.flow.server_name);
  j.text("version", t.v13 ? "TLS 1.3" : "TLS 1.2");
  j.object("ja3").text("hash", t.ja3);
  if (!t.ja3_string.empty()) j.text("string", t.ja3_string);
  j.close().object("ja3s").text("hash", t.ja3s).close().close();
}

void http_member(JsonLine& j, const Connection& c) {
  const Flow::Http& h = *c.flow.http;
  const std::uint64_t got = h.method == "CONNECT" || h.method == "HEAD" || c.resp.payload < 300 ? 0 : c.resp.payload - 300;
  j.object("http").text("hostname", h.host).number("http_port", c.flow.to_port).text("url", h.uri);
  if (!h.agent.empty()) j.text("http_user_agent", h.agent);
  if (!h.mime.empty() && got > 0) j.text("http_content_type", h.mime);
  if (!h.referrer.empty()) j.text("http_refer", h.referrer);
  j.text("http_method", h.method).text("protocol", "HTTP/1.1").number("status", h.status).number("length", got).close();
}

// SRV has members of its own and is in no group.
void answers_member(JsonLine& j, const Question& q) {
  const Answer& a = *q.answer;
  const bool services = q.type == "SRV";
  std::string_view owner = q.name;
  j.list("answers");
  for (const std::string& v : a.aliases) {
    j.object().text("rrname", owner).text("rrtype", "CNAME").number("ttl", q.ttl).text("rdata", v).close();
    owner = v;
  }
  for (const std::string& v : a.values) {
    j.object().text("rrname", owner).text("rrtype", q.type).number("ttl", q.ttl);
    if (services) {
      j.object("srv").number("priority", 0).number("weight", 100).number("port", q.name.substr(0, 9) == "_kerberos" ? 88 : 389).text("name", v).close();
    } else {
      j.text("rdata", v);
    }
    j.close();
  }
  j.close_list();
  const bool values = !a.values.empty() && !services;
  if (!values && a.aliases.empty()) return;
  j.object("grouped");
  if (!a.aliases.empty()) {
    j.list("CNAME");
    for (const std::string& v : a.aliases) j.text("", v);
    j.close_list();
  }
  if (values) {
    j.list(type_number(q.type) == 0 ? std::string_view("other") : q.type);
    for (const std::string& v : a.values) j.text("", v);
    j.close_list();
  }
  j.close();
}

}  // namespace
}  // namespace suricata

std::string eve_flow(const Connection& c) {
  std::string out;
  JsonLine j = suricata::begin(out, c, c.end(), "flow");
  const std::string_view application = suricata::application(c);
  if (!application.empty()) j.text("app_proto", application);
  if (c.service == "http,ssl") j.text("app_proto_orig", "http");
  j.object("flow");
  suricata::counters(j, c.orig, c.resp);
  const bool ended = c.history.find_first_of("FfRr") != std::string::npos;
  j.text("start", suricata::stamp(c.start)).text("end", suricata::stamp(c.end())).number("age", c.duration / kSecond);
  j.text("state", ended ? "closed" : c.answered() ? "established" : "new").text("reason", "timeout").flag("alerted", false).close();
  if (c.flow.transport == "tcp") suricata::tcp_member(j, c);
  j.close();
  return out;
}

std::string eve_tls(const Connection& c) {
  std::string out;
  JsonLine j = suricata::begin(out, c, c.start + c.duration / 20, "tls");
  suricata::tls_member(j, c);
  j.close();
  return out;
}

std::string eve_http(const Connection& c) {
  std::string out;
  JsonLine j = suricata::begin(out, c, c.start + c.duration / 20, "http");
  j.number("tx_id", 0);
  suricata::http_member(j, c);
  j.close();
  return out;
}

std::string eve_dns(const Connection& c, const Question& q, bool answer) {
  std::string out;
  JsonLine j = suricata::begin(out, c, answer ? c.start + q.rtt : c.start, "dns");
  j.object("dns").number("version", 2).text("type", answer ? "answer" : "query").number("id", q.id);
  if (!answer) {
    j.text("rrname", q.name).text("rrtype", q.type).number("tx_id", 0).number("opcode", 0).close().close();
    return out;
  }
  // QR, RD and RA are set, AA where the server owns the name, the rest is the code.
  j.text("flags", fmt::format("{:x}", 0x8180 | (q.authoritative ? 0x0400 : 0) | rcode_number(q.answer->rcode))).flag("qr", true);
  if (q.authoritative) j.flag("aa", true);
  j.flag("rd", true).flag("ra", true).number("opcode", 0).text("rrname", q.name).text("rrtype", q.type).text("rcode", q.answer->rcode);
  if (!q.answer->values.empty() || !q.answer->aliases.empty()) suricata::answers_member(j, q);
  j.close().close();
  return out;
}

std::string eve_alert(const Connection& c, const Signature& s) {
  std::string out;
  JsonLine j = suricata::begin(out, c, c.start, "alert");
  j.object("alert").text("action", "allowed").number("gid", 1).number("signature_id", s.id).number("rev", 1 + s.id % 6);
  j.text("signature", s.text).text("category", s.category).number("severity", s.severity).close();
  if (c.tls) suricata::tls_member(j, c);
  if (c.flow.http && c.answered()) suricata::http_member(j, c);
  if (const std::string_view application = suricata::application(c); !application.empty()) j.text("app_proto", application);
  // It fires while the connection still runs: the counters are those of its first packets.
  const auto first = [](const Side& side) {
    const std::uint64_t packets = std::min<std::uint64_t>(side.packets, 4);
    return Side{packets, 0, side.packets == 0 ? 0 : side.ip_bytes * packets / side.packets};
  };
  j.text("direction", "to_server").object("flow");
  suricata::counters(j, first(c.orig), first(c.resp));
  j.text("start", suricata::stamp(c.start)).text("src_ip", c.flow.from).text("dest_ip", c.flow.to).close().close();
  return out;
}

}  // namespace custos::simulate::wire
