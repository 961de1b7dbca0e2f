#include "simulate/intruder/outside.h"

#include <fmt/format.h>

#include "base/hash.h"

namespace custos::simulate {
namespace outside {
namespace {

constexpr std::string_view kFirst[] = {"cedar", "north", "lumen", "harbor", "delta",  "silver", "quiet", "atlas",
                                       "pixel", "river", "stone", "amber",  "vertex", "maple",  "orbit", "prime"};
constexpr std::string_view kSecond[] = {"metrics", "cdn",    "cloudops", "analytics", "update",    "media",   "sync",
                                        "portal",  "static", "consult",  "assets",    "telemetry", "insight", "host"};
constexpr std::string_view kHosts[] = {"", "www", "api", "cdn", "app"};

// The first is where a patient intruder rents: in the country of the institution.
constexpr struct {
  std::string_view country, city;
} kPlaces[] = {{"NL", "Amsterdam"}, {"DE", "Frankfurt"}, {"US", "Ashburn"}, {"RO", "Bucharest"}, {"SG", "Singapore"}, {"VN", "Hanoi"}, {"BR", "Sao Paulo"}};

std::string address(Rng& rng) { return address_text((198u << 24) + (18u << 16) + static_cast<std::uint32_t>(rng.below(131'072))); }

}  // namespace
}  // namespace outside

Server new_server(Operation& op) {
  Rng& rng = op.rng();
  Server s;
  do {
    s.site.domain =
        fmt::format("{}-{}.example", outside::kFirst[rng.below(std::size(outside::kFirst))], outside::kSecond[rng.below(std::size(outside::kSecond))]);
  } while (op.world().site(s.site.domain) != nullptr);
  s.site.kind = "saas";
  const std::string_view host = outside::kHosts[rng.below(std::size(outside::kHosts))];
  s.site.names = {std::string(host)};
  s.site.out = {900, 0.2};
  s.site.in = {700, 0.4};
  s.site.seconds = {2, 0.5};
  s.host = host.empty() ? s.site.domain : fmt::format("{}.{}", host, s.site.domain);
  s.address = op.world().site_address(s.site, s.host);
  return s;
}

Server known_service(Operation& op, std::string_view kind, std::string_view prefer) {
  const Site* found = nullptr;
  for (const Site& s : op.world().parameters->sites) {
    if (s.kind == kind && (found == nullptr || s.domain == prefer)) found = &s;
  }
  if (found == nullptr) return new_server(op);
  Server out;
  out.site = *found;
  out.host = found->names.front().empty() ? found->domain : found->names.front() + "." + found->domain;
  out.address = op.world().site_address(out.site, out.host);
  return out;
}

Outsider outsider(Operation& op) {
  Rng& rng = op.rng();
  Outsider o;
  o.address = outside::address(rng);
  const auto& place = outside::kPlaces[op.quietly() ? 0 : 1 + rng.below(std::size(outside::kPlaces) - 1)];
  o.country = place.country;
  o.city = place.city;
  o.agent = fmt::format("Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36",
                        rng.chance(0.7) ? "Windows NT 10.0; Win64; x64" : "X11; Linux x86_64", 122 + rng.below(9));
  return o;
}

SignIn sign_in_from(const Outsider& who, std::string_view application, std::string_view client) {
  SignIn s;
  s.from = who.address;
  s.application = application;
  s.client = client;
  s.agent = who.agent;
  s.country = who.country;
  s.city = who.city;
  s.known_device = false;
  return s;
}

void contact(Operation& op, const Act& act, const Place& from, const Server& to, const Contact& how) {
  Scene& scene = op.scene();
  Machine& m = *from.machine;
  if (!m.inside()) {
    scene.windows.asked(act, m, from.by, to.host, to.address);
    scene.windows.connected(act.then(60'000), m, from.by, to.address, 443, to.host, static_cast<std::uint16_t>(49'152 + op.rng().below(16'000)));
    return;
  }
  if (how.proxy && from.user() != nullptr && how.lasts < 5 * kMinute) {
    scene.network.visit(act, m, *from.user(), to.site,
                        {.host = to.host, .path = how.path, .method = how.method, .agent = how.agent, .out = how.out, .in = how.in}, &from.by);
    return;
  }
  scene.network.look_up(act, m, to.host, {.values = {to.address}}, "A", &from.by);
  Flow f;
  f.from = m.address;
  f.to = to.address;
  f.from_port = m.next_port();
  f.service = "ssl";
  f.server_name = to.host;
  f.duration = how.lasts;
  f.out = how.out;
  f.in = how.in;
  scene.network.flow(act.then(40'000), m, f, &from.by);
}

void name_question(Operation& op, const Act& act, const Place& from, const std::string& name, std::string_view type, std::string_view answer) {
  Machine& m = *from.machine;
  if (!m.inside()) return op.scene().windows.asked(act, m, from.by, name, answer);
  op.scene().network.look_up(act, m, name, {.values = {std::string(answer)}, .ttl = 5}, type, &from.by);
}

}  // namespace custos::simulate
