// Questions to the name service: who asks, what the resolver has to ask in turn, and what failed first.
#include <algorithm>

#include <fmt/format.h>

#include "base/hash.h"
#include "simulate/sensors/detail.h"
#include "simulate/sensors/wire/wire.h"
#include "simulate/world/names.h"

namespace custos::simulate {
namespace questions {
namespace {

// Servers of a provider's, whom the resolver asks what it doesn't know (TEST-NET-1).
constexpr std::string_view kUpstream[] = {"192.0.2.53", "192.0.2.54"};

std::uint64_t cache_key(std::uint64_t who, std::string_view name) { return hash64(name) ^ (who + 1) * 0x9E3779B97F4A7C15ull; }

std::uint64_t length(std::string_view type, const Answer& a) {
  std::uint64_t out = 0;
  for (const std::string& v : a.aliases) out += 12 + v.size() + 2;
  for (const std::string& v : a.values) out += 12 + (type == "A" ? 4 : type == "AAAA" ? 16 : v.size() + 2);
  if (out == 0) out = 60;  // the zone's SOA says how long the denial holds
  return out;
}

bool ends_in(std::string_view name, std::string_view zone) {
  return name.ends_with(zone) && (name.size() == zone.size() || name[name.size() - zone.size() - 1] == '.');
}

int status(const Answer& a) {
  if (a.rcode.empty()) return 1460;
  if (a.rcode == "NXDOMAIN") return 9003;
  if (a.rcode != "NOERROR") return 9002;
  return a.values.empty() ? 9501 : 0;
}

// As Windows' DnsQuery hands it to Sysmon: addresses mapped into version 6, everything else with the number of its type.
std::string results(std::string_view type, const Answer& a) {
  std::string out;
  for (const std::string& v : a.aliases) out += fmt::format("type:  5 {};", v);
  for (const std::string& v : a.values) {
    if (type == "A") {
      out += fmt::format("::ffff:{};", v);
    } else if (type == "AAAA") {
      out += v + ";";
    } else {
      out += fmt::format("type: {:2} {};", wire::type_number(type), v);
    }
  }
  return out.empty() ? "-" : out;
}

}  // namespace
}  // namespace questions

struct Network::Leg {
  std::string_view from, to, name, type;
  const Answer* answer;
  std::int64_t ttl;
  Micros rtt;
  std::uint16_t port, id;
  bool authoritative;
};

struct Network::Asker {
  std::string_view address;
  const Machine* machine;  // the sensor's and the subject's
  std::uint32_t about;
  bool windows;
};

double Network::figure(const char* name) const {
  const auto& of = world_.parameters->names;
  const auto at = of.find(name);
  return at == of.end() ? 0 : at->second;
}

// One question on the wire: a connection, and its contents.
void Network::ask(const Act& act, const Asker& who, const Leg& leg) {
  const bool conn = delivery_.wanted(Stream::ZeekConn), dns = delivery_.wanted(Stream::ZeekDns), suricata = delivery_.wanted(Stream::Suricata);
  if (!(conn || dns || suricata) || !crosses(leg.from, leg.to)) return;
  const bool silent = leg.answer == nullptr;
  Flow f;
  f.from = leg.from;
  f.to = leg.to;
  f.from_port = leg.port;
  f.to_port = 53;
  f.transport = "udp";
  f.service = "dns";
  f.out = 18 + leg.name.size();
  f.in = silent ? 0 : f.out + questions::length(leg.type, *leg.answer);
  f.duration = leg.rtt;
  f.state = silent ? "S0" : "SF";
  const wire::Connection c = wire::observe(world_, act.at, std::move(f), who.windows);
  const wire::Question q{leg.name, leg.type, leg.answer, leg.rtt, leg.ttl, leg.id, leg.authoritative};
  const Micros over = silent ? c.start + 10 * kSecond : c.start + leg.rtt;
  const Machine& m = *who.machine;
  if (conn) put(Stream::ZeekConn, act, m, who.about, c.zeek_done, c.start, wire::zeek_conn(c), c.uid);
  if (dns) put(Stream::ZeekDns, act, m, who.about, over, c.start, wire::zeek_dns(c, q), c.uid);
  if (!suricata) return;
  const std::string id = std::to_string(c.flow_id);
  put(Stream::Suricata, act, m, who.about, c.start, c.start, wire::eve_dns(c, q, false), id);
  if (!silent) put(Stream::Suricata, act, m, who.about, over, over, wire::eve_dns(c, q, true), id);
  put(Stream::Suricata, act, m, who.about, c.suricata_done, c.end(), wire::eve_flow(c), id);
}

Micros Network::question(const Act& act, const Asker& who, std::string_view name, std::string_view type, const Answer& answer) {
  const Machine& resolver = world_.first(Kind::Resolver);
  const std::uint64_t key = hash64(name) ^ hash64(type) * 0x9E3779B97F4A7C15ull;
  Rng rng = detail(world_, act.at, name, hash64(type) ^ hash64(who.address));
  const bool own = questions::ends_in(name, world_.parameters->domain) || questions::ends_in(name, "10.in-addr.arpa") ||
                   questions::ends_in(name, "168.192.in-addr.arpa");
  const Answer* given = answer.rcode.empty() ? nullptr : &answer;
  const Micros near = 250 + static_cast<Micros>(rng.below(900)), far = 4'000 + static_cast<Micros>(rng.exponential(18'000));
  const Micros known_until = own ? kNever : resolved_.find(key, act.at);
  const bool known = known_until != kNoTime && given != nullptr;
  const std::int64_t ttl = own || !known ? answer.ttl : std::max<std::int64_t>(1, (known_until - act.at) / kSecond);
  const Micros after = known ? near : near + far;
  if (who.machine != &resolver) {
    const Leg leg{who.address,
                  resolver.address,
                  name,
                  type,
                  given,
                  ttl,
                  after,
                  static_cast<std::uint16_t>(49'152 + rng.below(16'000)),
                  static_cast<std::uint16_t>(rng.below(65'536)),
                  own};
    ask(act, who, leg);
    if (delivery_.wanted(Stream::DnsQueries)) {
      const Micros heard = act.at + near / 2;
      put(Stream::DnsQueries, act, resolver, who.about, heard, delivery_.stamp(resolver, heard),
          wire::named_query(delivery_.stamp(resolver, heard), resolver, who.address, leg.port, name, type, !who.windows), "");
    }
  }
  if (known) return after;
  const Leg upstream{resolver.address,
                     questions::kUpstream[rng.below(2)],
                     name,
                     type,
                     given,
                     answer.ttl,
                     far,
                     static_cast<std::uint16_t>(1'024 + rng.below(64'000)),
                     static_cast<std::uint16_t>(rng.below(65'536)),
                     false};
  ask(act.then(near / 2), {resolver.address, &resolver, resolver.index, false}, upstream);
  if (given != nullptr) resolved_.keep(key, act.at + far + answer.ttl * kSecond);
  return after;
}

std::string Network::look_up(const Act& act, Machine& from, std::string_view name, const Answer& answer, std::string_view type, const Process* by) {
  std::string first = answer.values.empty() ? std::string() : answer.values.front();
  if (by != nullptr) windows_.asked(act, from, *by, name, questions::status(answer), questions::results(type, answer));
  if (from.inside() || world_.nets[from.net].kind == "vpn") question(act, {from.address, &from, from.index, from.windows}, name, type, answer);
  return first;
}

// Windows asks for addresses of version 6 where it has one of its own that reaches beyond the link; Linux asks always.
bool Network::wants_v6(const Machine& m) const {
  return !m.windows || static_cast<double>(hash64(m.mac) % 1'000) < 1'000 * figure("v6_share");
}

Micros Network::look_up_own(const Act& act, Machine& from, std::string_view name, std::string_view address, const Process* by) {
  const auto ttl = static_cast<int>(figure(address.empty() ? "negative_ttl" : "own_ttl"));
  if (ttl == 0 || (!from.inside() && world_.nets[from.net].kind != "vpn")) return 0;
  const std::uint64_t key = questions::cache_key(from.index, name);
  if (asked_.find(key, act.at) != kNoTime) return 0;
  asked_.keep(key, act.at + ttl * kSecond);
  Answer a{.rcode = address.empty() ? "NXDOMAIN" : "NOERROR", .values = {}, .ttl = ttl, .aliases = {}};
  if (!address.empty()) a.values.emplace_back(address);
  if (by != nullptr) windows_.asked(act, from, *by, name, questions::status(a), questions::results("A", a));
  const Asker who{from.address, &from, from.index, from.windows};
  const Micros after = question(act, who, name, "A", a);
  a.values.clear();
  if (wants_v6(from)) question(act.then(60), who, name, "AAAA", a);
  return after;
}

Answer Network::answer_of(const Site& site, std::string_view host, std::string_view type) const {
  Answer a;
  a.ttl = site.ttl;
  if (!site.alias.empty()) {
    Rng rng(0, host);  // the same alias for the same host
    a.aliases.push_back(fill_name(site.alias, rng, world_, nullptr));
  }
  if (type == "A") a.values.push_back(world_.site_address(site, host));
  if (type == "AAAA" && site.v6) a.values.push_back(v6_address(site.domain, host));
  return a;
}

// What somebody who does not know a site's host asks: once more where the first question failed, and the other kinds of record beside.
Micros Network::addresses(const Act& act, const Asker& who, const Site& site, std::string_view host, bool browser) {
  Rng rng = detail(world_, act.at, host, who.machine->index + 1ull);
  Micros later = 0;
  if (const double luck = rng.unit(); luck < figure("servfail")) {
    question(act, who, host, "A", {.rcode = "SERVFAIL", .values = {}, .ttl = 1, .aliases = {}});
    later = 200'000 + static_cast<Micros>(rng.below(800'000));
  } else if (luck < figure("servfail") + figure("silent")) {
    question(act, who, host, "A", {.rcode = "", .values = {}, .ttl = 0, .aliases = {}});
    later = kSecond;  // Windows' and the C library's first patience is one to five seconds
  }
  const Micros after = later + question(act.then(later), who, host, "A", answer_of(site, host, "A"));
  const bool guest = who.about == kNobody;
  if (guest || wants_v6(*who.machine)) question(act.then(later + 40), who, host, "AAAA", answer_of(site, host, "AAAA"));
  if (browser && rng.chance(figure("https_share"))) question(act.then(later + 90), who, host, "HTTPS", answer_of(site, host, "HTTPS"));
  return after;
}

Micros Network::resolve(const Act& act, Machine& from, const Site& site, std::string_view host, bool unknown) {
  const std::uint64_t key = questions::cache_key(from.index, host);
  if (asked_.find(key, act.at) != kNoTime) return 0;
  const Asker who{from.address, &from, from.index, from.windows};
  if (unknown) {
    const Answer none{.rcode = "NXDOMAIN", .values = {}, .ttl = 900, .aliases = {}};
    const Micros after = question(act, who, host, "A", none);
    question(act.then(40), who, host, "AAAA", none);
    asked_.keep(key, act.at + none.ttl * kSecond);
    return after;
  }
  const Micros after = addresses(act, who, site, host, from.windows && site.kind != "update" && site.kind != "telemetry");
  // Not what is left of it at the resolver: then one question more elsewhere would change everybody's.
  asked_.keep(key, act.at + site.ttl * kSecond);
  return after;
}

void Network::noted(const Act& act, Machine& from, const Site& site, std::string_view host, const Process& by) {
  if (!from.sysmon || !delivery_.wanted(Stream::Windows)) return;
  Answer a = answer_of(site, host, "A");
  std::string results = questions::results("A", a);
  if (site.v6 && wants_v6(from)) results = questions::results("AAAA", answer_of(site, host, "AAAA")) + fmt::format("::ffff:{};", a.values.front());
  windows_.asked(act, from, by, host, 0, results);
}

void Network::guest(const Act& act, const std::string& address, const Site& site, std::string_view host) {
  Machine& gate = world_.first(Kind::Proxy);
  const std::uint64_t key = questions::cache_key(hash64(address), host);
  Micros after = 0;
  if (asked_.find(key, act.at) == kNoTime && figure("own_ttl") > 0) {
    const Asker who{address, &gate, kNobody, false};
    // Telephones look for an encrypted resolver (RFC 9462) where they come into a network.
    if (detail(world_, act.at, "resolver", key).chance(figure("ddr_share"))) {
      question(act, who, "_dns.resolver.arpa", "SVCB", {.rcode = "NXDOMAIN", .values = {}, .ttl = 3'600, .aliases = {}});
    }
    after = addresses(act, who, site, host, true);
    asked_.keep(key, act.at + site.ttl * kSecond);
  }
  Rng rng = detail(world_, act.at, host, hash64(address));
  Flow f;
  f.from = address;
  f.to = world_.site_address(site, host);
  f.from_port = static_cast<std::uint16_t>(32'768 + rng.below(28'000));
  f.service = "ssl";
  f.server_name = host;
  f.out = static_cast<std::uint64_t>(rng.draw(site.out));
  f.in = static_cast<std::uint64_t>(rng.draw(site.in));
  f.duration = held(site, static_cast<Micros>(rng.draw(site.seconds) * kSecond), rng);
  f.state = ending(rng);
  after += in_vain(act.then(after), gate, f, rng);
  flow(act.then(after), gate, std::move(f));
}

void Network::call_out(const Act& act, Machine& from, std::uint16_t port, std::string_view name, std::string_view type, std::uint64_t bytes) {
  if (!from.inside()) return;
  const Net& net = world_.nets[from.net];
  Rng rng = detail(world_, act.at, name, hash64(from.mac) ^ port);
  Flow f;
  f.from = from.address;
  f.to = port == 5'353   ? std::string("224.0.0.251")
         : port == 5'355 ? std::string("224.0.0.252")
         : port == 1'900 ? std::string("239.255.255.250")
                         : address_text(net.first | 0xFF | (net.size > 255 ? 0x700 : 0));  // the network's own broadcast
  f.from_port = port == 5'353 || port == 137 || port == 138 ? port : static_cast<std::uint16_t>(49'152 + rng.below(16'000));
  f.to_port = port;
  f.transport = "udp";
  f.service = type.empty() ? "" : "dns";
  f.out = bytes > 0 ? bytes : 18 + name.size();
  f.state = "S0";
  const wire::Connection c = wire::observe(world_, act.at, std::move(f), from.windows);
  if (delivery_.wanted(Stream::ZeekConn)) put(Stream::ZeekConn, act, from, from.index, c.zeek_done, c.start, wire::zeek_conn(c), c.uid);
  if (!type.empty() && delivery_.wanted(Stream::ZeekDns)) {
    const wire::Question q{name, type, nullptr, 0, 0, static_cast<std::uint16_t>(port == 5'353 ? 0 : rng.below(65'536)), false};
    put(Stream::ZeekDns, act, from, from.index, c.start + 10 * kSecond, c.start, wire::zeek_dns(c, q), c.uid);
  }
  if (delivery_.wanted(Stream::Suricata)) put(Stream::Suricata, act, from, from.index, c.suricata_done, c.end(), wire::eve_flow(c), std::to_string(c.flow_id));
}

}  // namespace custos::simulate
