#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/hash.h"
#include "simulate/sensors/detail.h"
#include "simulate/sensors/wire/elsewhere.h"
#include "simulate/sensors/wire/wire.h"

namespace custos::simulate {
namespace visits {
namespace {

struct Amounts {
  std::uint64_t out, in;
  Micros duration;
};

std::uint64_t bytes(Rng& rng, const Spread& s, double otherwise) {
  return static_cast<std::uint64_t>(std::clamp(rng.draw(s.median > 0 ? s : Spread{otherwise, 1}), 64.0, 5e12));
}

// A site's figures, where the caller has none. A request and a handshake are never smaller than some hundred bytes.
Amounts amounts(Rng& rng, const Site& site, std::uint64_t out, std::uint64_t in) {
  Amounts a{out, in, 0};
  const double seconds = std::clamp(rng.draw(site.seconds.median > 0 ? site.seconds : Spread{4, 1}), 0.02, 86'400.0);
  const std::uint64_t drawn_out = bytes(rng, site.out, 2'500), drawn_in = bytes(rng, site.in, 20'000);
  if (out == 0) a.out = std::max<std::uint64_t>(517, drawn_out);
  if (in == 0) a.in = std::max<std::uint64_t>(1'200, drawn_in);
  a.duration = static_cast<Micros>(seconds * kSecond);
  return a;
}

struct Target {
  std::string_view name;
  std::uint16_t port;
};

Target target(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  std::uint16_t port = 443;
  if (colon == std::string_view::npos) return {host, port};
  std::from_chars(host.data() + colon + 1, host.data() + host.size(), port);
  return {host.substr(0, colon), port};
}

// What a browser asks of the proxy.
struct Request {
  Target to;
  bool plain, refused, unreached;  // in the clear; the proxy says no; the site does not answer
  int status;
  std::string_view method;
  std::string name, page;  // "host:443"; what the proxy is asked for
  Amounts amounts;
};

Request request(Rng& rng, const Site& site, const Network::Visit& v) {
  Request r{};
  r.to = target(v.host);
  r.plain = r.to.port == 80;
  r.refused = v.status == 403 || v.status == 407 || v.unknown;
  r.unreached = !r.plain && v.status >= 500;
  r.status = r.plain || r.refused || r.unreached ? v.status : 200;  // what is inside a tunnel is not seen
  r.method = r.plain ? v.method : std::string_view("CONNECT");
  r.name = fmt::format("{}:{}", r.to.name, r.to.port);
  r.page = r.plain ? fmt::format("http://{}{}", r.to.name, v.path) : r.name;
  r.amounts = amounts(rng, site, v.out, v.in);
  if (r.refused) r.amounts = {0, 1'500 + rng.below(2'500), static_cast<Micros>(1'000 + rng.below(4'000))};
  if (r.unreached) r.amounts = {0, 3'000 + rng.below(1'000), 30 * kSecond};
  return r;
}

Flow to_site(const Request& r, const Network::Visit& v, const std::string& proxy, const std::string& site) {
  Flow f;
  f.from = proxy;
  f.to = site;
  f.to_port = r.to.port;
  f.service = r.plain ? "http" : "ssl";
  f.out = r.amounts.out;
  f.in = r.amounts.in;
  f.duration = r.amounts.duration;
  if (r.unreached) f.state = "S0";
  if (r.plain) {
    f.http = Flow::Http{
        std::string(r.method), std::string(r.to.name), std::string(v.path), std::string(v.agent), v.status, std::string(wire::media_type(v.path)), {}};
  } else {
    f.server_name = r.to.name;
    f.ja3 = wire::browser_ja3(v.agent);  // a tunnel passes the client's own hello on
  }
  return f;
}

Flow to_proxy(const Request& r, const Network::Visit& v, const Flow& outer, Machine& from, const std::string& proxy) {
  Flow f = outer;
  f.state = "SF";
  f.from = from.address;
  f.to = proxy;
  f.from_port = from.next_port();
  f.to_port = 3'128;
  f.service = "http";
  f.out += 90 + 2 * r.name.size() + v.agent.size() + (r.plain ? v.path.size() : 0);
  f.in += r.plain ? 120 : 39;  // "HTTP/1.1 200 Connection established"
  const bool page = r.plain || r.refused || r.unreached;
  if (page) f.server_name.clear();
  f.http = Flow::Http{std::string(r.method), r.plain ? std::string(r.to.name) : r.name, r.page, std::string(v.agent), r.status, {}, {}};
  if (page) f.http->mime = wire::media_type(v.path);
  return f;
}

}  // namespace
}  // namespace visits

// What a machine elsewhere does leaves nothing here, but it notes it itself.
void Network::from_outside(const Act& act, Machine& from, const Site& site, std::string_view host, std::uint16_t port, const Process* by) {
  if (by == nullptr) return;
  const Elsewhere home(from, true);
  const std::string address = world_.site_address(site, host);
  noted(act, from, site, host, *by);
  windows_.connected(act.then(20'000), from, *by, address, port, host, from.next_port());
}

void Network::visit(const Act& act, Machine& from, const User& who, const Site& site, const Visit& v, const Process* by) {
  const visits::Target to = visits::target(v.host);
  if (!from.inside()) return from_outside(act, from, site, to.name, to.port, by);
  if (world_.nets[from.net].kind == "guest") return direct(act, from, site, v.host, by, v.out, v.in);
  forward(act, from, who, site, v, by);
}

void Network::forward(const Act& act, Machine& from, const User& who, const Site& site, const Visit& v, const Process* by) {
  Machine& proxy = world_.proxy_of(from);
  Rng rng = detail(world_, act.at, v.host, from.index);
  const visits::Request r = visits::request(rng, site, v);
  Flow outer = visits::to_site(r, v, proxy.address, world_.site_address(site, r.to.name));
  Flow inner = visits::to_proxy(r, v, outer, from, proxy.address);
  if (by != nullptr) windows_.connected(act, from, *by, inner.to, inner.to_port, proxy.fqdn, inner.from_port);
  Micros began = 1'000 + static_cast<Micros>(rng.below(3'000));  // after the client's request
  if (!r.refused || v.unknown) {
    began += resolve(act.then(began), proxy, site, r.to.name, v.unknown);
    began += in_vain(act.then(began), proxy, outer, rng);
    outer.from_port = proxy.next_port();
    if (outer.state == "SF") outer.state = ending(rng);
    inner.state = ending(rng);
    if (inner.state == "OTH") inner.state = "SF";  // what is asked of the proxy is seen from its beginning
  }
  inner.duration = began + r.amounts.duration + 2'000;
  const Micros done = act.at + inner.duration;
  const std::uint64_t sent = inner.in;
  if (crosses(inner.from, inner.to)) record(act, from, std::move(inner));
  if (!r.refused) record(act.then(began), proxy, std::move(outer));
  if (!delivery_.wanted(Stream::Proxy)) return;
  const Micros stamp = delivery_.stamp(proxy, done);
  const std::string_view result = v.unknown   ? "NONE:HIER_NONE"
                                  : r.refused ? "TCP_DENIED:HIER_NONE"
                                  : r.plain   ? "TCP_MISS:HIER_DIRECT"
                                              : "TCP_TUNNEL:HIER_DIRECT";
  const std::string_view user = v.status == 407 ? std::string_view("-") : std::string_view(who.name);
  put(Stream::Proxy, act, proxy, from.index, done, stamp,
      wire::access_line({stamp, from.address, user, r.method, r.page, "-", v.agent, result, r.status, sent}), "");
}

void Network::direct(const Act& act, Machine& from, const Site& site, std::string_view host, const Process* by, std::uint64_t out, std::uint64_t in) {
  const visits::Target to = visits::target(host);
  const std::string address = world_.site_address(site, to.name);
  if (!from.inside()) return from_outside(act, from, site, to.name, to.port, by);
  Rng rng = detail(world_, act.at, host, from.index);
  const visits::Amounts a = visits::amounts(rng, site, out, in);
  const Micros began = 500 + resolve(act, from, site, to.name);
  if (by != nullptr) noted(act.then(began), from, site, to.name, *by);  // Sysmon notes what the cache answers, too
  Flow f;
  f.from = from.address;
  f.to = address;
  f.to_port = to.port;
  f.service = to.port == 80 ? "http" : "ssl";
  f.out = a.out;
  f.in = a.in;
  f.duration = held(site, a.duration, rng);
  f.state = ending(rng);
  if (to.port == 80) {
    f.http = Flow::Http{"GET", std::string(to.name),       "/", from.windows ? "Microsoft-CryptoAPI/10.0" : "Debian APT-HTTP/1.3 (2.6.1)",
                        200,   "application/octet-stream", ""};
  } else {
    f.server_name = to.name;
    f.ja3 = wire::program_ja3(by == nullptr ? site.domain : by->image, from.windows);
  }
  const Micros vain = in_vain(act.then(began), from, f, rng);
  flow(act.then(began + vain), from, std::move(f), by);
}

}  // namespace custos::simulate
