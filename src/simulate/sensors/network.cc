#include "simulate/sensors/network.h"

#include <algorithm>

#include "base/hash.h"
#include "simulate/sensors/detail.h"
#include "simulate/sensors/wire/elsewhere.h"
#include "simulate/sensors/wire/wire.h"

namespace custos::simulate {
namespace network {
namespace {

constexpr std::string_view kConnectionless[] = {"dns", "ntp", "dhcp", "snmp", "syslog"};

std::string_view transport_of(std::string_view service) {
  for (const std::string_view s : kConnectionless) {
    if (s == service) return "udp";
  }
  return "tcp";
}

std::uint16_t some_port(const World& world, Micros at, std::string_view who, std::uint64_t more) {
  return static_cast<std::uint16_t>(32'768 + detail(world, at, who, more).below(28'000));
}

}  // namespace
}  // namespace network

double Network::wire_figure(const char* name) const {
  const auto& of = world_.parameters->wire;
  const auto at = of.find(name);
  return at == of.end() ? 0 : at->second;
}

std::string_view Network::ending(Rng& rng) const {
  double luck = rng.unit();
  const auto here = [&](const char* name) { return (luck -= wire_figure(name)) < 0; };
  if (here("reset_by_client")) return "RSTO";
  if (here("reset_by_server")) return "RSTR";
  if (here("left_open")) return "S1";
  if (here("half_closed")) return rng.chance(0.6) ? "S2" : "S3";
  if (here("midstream")) return "OTH";
  return "SF";
}

Micros Network::in_vain(const Act& act, Machine& from, const Flow& f, Rng& rng) {
  if (!rng.chance(wire_figure("in_vain"))) return 0;
  Flow first = f;
  first.from_port = from.next_port();
  first.out = first.in = 0;
  first.state = rng.chance(0.8) ? "S0" : "REJ";
  first.duration = first.state == "S0" ? static_cast<Micros>(rng.below(8)) * kSecond : 0;
  const Micros cost = first.duration + 40'000;
  flow(act, from, std::move(first));
  return cost;
}

Micros Network::held(const Site& site, Micros duration, Rng& rng) const {
  if ((site.kind != "saas" && site.kind != "mail" && site.kind != "work") || !rng.chance(wire_figure("held"))) return duration;
  return duration + static_cast<Micros>(std::min(rng.draw({wire_figure("held_seconds"), 0.9}), 72'000.0) * kSecond);
}

bool Network::crosses(std::string_view from, std::string_view to) const { return wire::net_of(world_, from) != wire::net_of(world_, to); }

// A machine outside is seen here only through the VPN, and through that only on its way to what is ours.
bool Network::on_our_wire(const Machine& subject, const Flow& f) const {
  if (!subject.inside() && f.from == subject.address && (world_.nets[subject.net].kind != "vpn" || wire::net_of(world_, f.to) < 0)) return false;
  return crosses(f.from, f.to);
}

void Network::put(Stream s, const Act& act, const Machine& sensor, std::uint32_t about, Micros due, Micros stamp, std::string&& body, std::string_view id) {
  Pending p;
  p.due = due;
  p.stamp = stamp;
  p.stream = s;
  p.machine = sensor.index;
  p.subject = about;
  p.person = act.person;
  p.body = std::move(body);
  p.id = id;
  p.deed = act.deed;
  delivery_.add(std::move(p));
}

// Zeek's and Suricata's lines of one connection.
void Network::record(const Act& act, const Machine& subject, Flow&& f) {
  const bool zeek = delivery_.wanted(Stream::ZeekConn), ssl = delivery_.wanted(Stream::ZeekSsl), http = delivery_.wanted(Stream::ZeekHttp);
  const bool suricata = delivery_.wanted(Stream::Suricata);
  if (!zeek && !ssl && !http && !suricata) return;
  const bool spoken = f.http.has_value();
  const wire::Connection c = wire::observe(world_, act.at, std::move(f), subject.windows);
  // A visitor's telephone is none of the institution's computers.
  const int net = wire::net_of(world_, c.flow.from);
  const std::uint32_t about = net >= 0 && world_.nets[static_cast<std::size_t>(net)].kind == "guest" ? kNobody : subject.index;
  const Micros shaken = c.start + c.duration / 20;
  if (zeek) put(Stream::ZeekConn, act, subject, about, c.zeek_done, c.start, wire::zeek_conn(c), c.uid);
  if (http && spoken && c.resp.payload > 0) put(Stream::ZeekHttp, act, subject, about, c.end(), shaken, wire::zeek_http(c), c.uid);
  if (ssl && c.tls) put(Stream::ZeekSsl, act, subject, about, shaken, shaken, wire::zeek_ssl(c), c.uid);
  if (!suricata) return;
  const std::string id = std::to_string(c.flow_id);
  if (spoken && c.resp.payload > 0) put(Stream::Suricata, act, subject, about, c.end(), shaken, wire::eve_http(c), id);
  if (c.tls) put(Stream::Suricata, act, subject, about, shaken, shaken, wire::eve_tls(c), id);
  put(Stream::Suricata, act, subject, about, c.suricata_done, c.end(), wire::eve_flow(c), id);
}

void Network::flow(const Act& act, Machine& subject, Flow f, const Process* by) {
  if (f.from.empty()) f.from = subject.address;
  if (f.transport == "icmp") {
    if (f.from_port == 0) {
      f.from_port = 8;  // an echo request, code 0
      f.to_port = 0;
    }
  } else if (f.from_port == 0) {
    f.from_port = f.from == subject.address ? subject.next_port() : network::some_port(world_, act.at, f.from, f.to_port);
  }
  const bool seen = on_our_wire(subject, f);
  const bool answered = f.state != "S0" && f.state != "REJ" && f.state != "SH" && f.state != "RSTOS0";
  if (by != nullptr && f.transport == "tcp" && answered) {
    const Elsewhere home(subject, !seen && !subject.inside());
    windows_.connected(act, subject, *by, f.to, f.to_port, f.server_name, f.from_port);
  }
  if (seen) record(act, subject, std::move(f));
}

void Network::internal(const Act& act, Machine& from, Machine& to, std::uint16_t port, std::string_view service, std::uint64_t out, std::uint64_t in,
                       Micros duration, const Process* by) {
  const auto away = [this](const Machine& m) { return !m.inside() && world_.nets[m.net].kind != "vpn"; };
  if (away(from) || away(to)) return;
  const Act known = act.then(look_up_own(act, from, to.fqdn, to.address, by));
  Flow f;
  f.from = from.address;
  f.to = to.address;
  f.from_port = from.next_port();
  f.to_port = port;
  f.transport = network::transport_of(service);
  f.service = service;
  f.duration = duration;
  f.out = out;
  f.in = in;
  if (f.transport == "tcp") {
    Rng rng = detail(world_, act.at, to.name, from.index ^ std::uint64_t{port} << 32);
    f.state = ending(rng);
  }
  if (service == "ssl") {
    f.server_name = to.fqdn;
    f.ja3 = wire::program_ja3(by == nullptr ? std::string_view() : std::string_view(by->image), from.windows);
  }
  if (by != nullptr && f.transport == "tcp") windows_.connected(known, from, *by, f.to, port, to.fqdn, f.from_port);
  if (crosses(f.from, f.to)) record(known, from, std::move(f));
}

void Network::inbound(const Act& act, std::string_view from, Machine& to, std::uint16_t port, std::string_view service, std::string_view state,
                      std::uint64_t out, std::uint64_t in, Micros duration) {
  Flow f;
  f.from = from;
  f.to = to.address;
  f.from_port = network::some_port(world_, act.at, from, static_cast<std::uint64_t>(to.index) << 16 | port);
  f.to_port = port;
  f.transport = network::transport_of(service);
  f.service = service;
  f.state = state;
  f.out = out;
  f.in = in;
  f.duration = duration;
  if (service == "ssl") f.server_name = to.fqdn;
  if (crosses(f.from, f.to)) record(act, to, std::move(f));
}

void Network::web_request(const Act& act, std::string_view from, std::string_view method, std::string_view uri, int status, std::uint64_t bytes,
                          std::string_view agent, std::string_view referrer, std::uint16_t port) {
  Machine& web = world_.first(Kind::Web);
  Rng rng = detail(world_, act.at, from, hash64(uri));
  Flow f;
  f.from = from;
  f.to = web.address;
  f.from_port = static_cast<std::uint16_t>(1'024 + rng.below(64'000));
  if (port != 0) f.from_port = port;
  f.to_port = 80;
  f.service = "http";
  f.out = 120 + method.size() + uri.size() + agent.size() + referrer.size() + (method == "POST" ? 200 + rng.below(900) : 0);
  f.in = 300 + bytes;
  f.duration = 8'000 + static_cast<Micros>(rng.exponential(60'000)) + static_cast<Micros>(bytes / 4);
  f.http = Flow::Http{std::string(method),
                      "www." + world_.parameters->domain,
                      std::string(uri),
                      std::string(agent),
                      status,
                      std::string(wire::media_type(uri)),
                      referrer == "-" ? std::string() : std::string(referrer)};
  if (delivery_.wanted(Stream::WebServer)) {
    const Micros stamp = delivery_.stamp(web, act.at);
    put(Stream::WebServer, act, web, web.index, act.at + f.duration, stamp,
        wire::access_line({stamp, from, "-", method, uri, referrer, agent, "", status, bytes}), "");
  }
  if (crosses(f.from, f.to)) record(act, web, std::move(f));
}

void Network::alert(const Act& act, Machine& subject, const Flow& f, std::uint32_t signature_id, std::string_view signature, std::string_view category,
                    int severity) {
  if (!delivery_.wanted(Stream::Suricata)) return;
  Flow copy = f;
  if (copy.from.empty()) copy.from = subject.address;
  if (copy.from_port == 0) copy.from_port = network::some_port(world_, act.at, copy.from, copy.to_port);
  const wire::Connection c = wire::observe(world_, act.at, std::move(copy), subject.windows);
  delivery_.alerted(std::to_string(c.flow_id));
  put(Stream::Suricata, act, subject, subject.index, act.at, act.at, wire::eve_alert(c, {signature_id, signature, category, severity}),
      std::to_string(c.flow_id));
}

void Network::lease(const Act& act, Machine& m, std::uint32_t net) {
  if (holders_.empty()) {
    for (const Machine& one : world_.machines) {
      if (const auto ip = wire::address_of(one.address)) holders_[*ip] = one.index;
    }
  }
  const std::string before = m.net == net ? m.address : std::string();
  // A free address by luck; where the network is nearly full, the next free one; where it is full, somebody else's.
  Rng rng = detail(world_, act.at, m.name, net);
  const Net& of = world_.nets[net];
  std::uint32_t address = world_.new_address(rng, net);
  for (int i = 0; i < 32 && holders_.contains(address); ++i) address = world_.new_address(rng, net);
  for (std::uint32_t i = 0; i < of.size && holders_.contains(address); ++i) address = of.first + (address - of.first + 1) % of.size;
  if (const auto old = wire::address_of(m.address)) {
    if (const auto held = holders_.find(*old); held != holders_.end() && held->second == m.index) holders_.erase(held);
  }
  holders_[address] = m.index;
  m.address = address_text(address);
  m.net = net;
  if (!delivery_.wanted(Stream::ZeekDhcp)) return;
  const Machine& server = world_.first(Kind::DomainController);
  std::string uid = "C";
  append_base62(uid, rng, 17);
  const Micros took = 2'000 + static_cast<Micros>(rng.below(900'000));
  const wire::Lease line{server.address,
                         m.mac,
                         m.name,
                         m.windows ? std::string_view(m.fqdn) : std::string_view(),
                         world_.parameters->domain,
                         before,
                         m.address,
                         static_cast<std::int64_t>(world_.parameters->lease_hours * 3'600),
                         act.at,
                         took};
  put(Stream::ZeekDhcp, act, m, m.index, act.at + took, act.at, wire::zeek_dhcp(line, uid), uid);
}

}  // namespace custos::simulate
