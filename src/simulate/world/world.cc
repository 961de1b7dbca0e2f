#include "simulate/world/world.h"

#include <arpa/inet.h>

#include <fmt/format.h>

#include "base/hash.h"

namespace custos::simulate {

std::string address_text(std::uint32_t ip) { return fmt::format("{}.{}.{}.{}", ip >> 24, ip >> 16 & 255, ip >> 8 & 255, ip & 255); }

std::uint16_t Machine::next_port() {
  port = port >= 65'500 ? 49'152 : port + 1 + static_cast<std::uint32_t>(rng.below(3));
  return static_cast<std::uint16_t>(port);
}

Machine& World::first(Kind k) { return machines[by_kind.at(k).front()]; }

Machine& World::any(Kind k, Rng& rng) {
  const auto& of = by_kind.at(k);
  return machines[of[rng.below(of.size())]];
}

std::vector<Machine*> World::all(Kind k) {
  std::vector<Machine*> out;
  for (const std::uint32_t i : by_kind[k]) out.push_back(&machines[i]);
  return out;
}

Machine& World::controller(std::string_view account) {
  const auto& of = by_kind.at(Kind::DomainController);
  return machines[of[hash64(account) % of.size()]];
}

Machine& World::proxy_of(const Machine& client) {
  const auto& of = by_kind.at(Kind::Proxy);
  return machines[of[client.index % of.size()]];
}

Machine* World::find_machine(std::string_view name) {
  for (Machine& m : machines) {
    if (m.name == name) return &m;
  }
  return nullptr;
}

const Net& World::net(std::string_view kind) const {
  for (const Net& n : nets) {
    if (n.kind == kind) return n;
  }
  return nets.front();
}

std::uint32_t World::new_address(Rng& rng, std::uint32_t net) const { return nets[net].first + static_cast<std::uint32_t>(rng.below(nets[net].size)); }

// 198.18.0.0/15 is set aside for tests (RFC 2544): it is nobody's, and not private either.
std::string World::site_address(const Site& site, std::string_view host) const {
  const auto one = static_cast<std::uint32_t>(site.addresses <= 1 ? 0 : hash64(host) % static_cast<std::uint64_t>(site.addresses));
  in_addr base{};
  if (!site.network.empty() && inet_pton(AF_INET, site.network.c_str(), &base) == 1) return address_text(ntohl(base.s_addr) + 10 + one);
  return address_text((198u << 24) + (18u << 16) + static_cast<std::uint32_t>((hash64(site.domain) + one) % 131'072));
}

const Site* World::site(std::string_view domain) const {
  for (const Site& s : parameters->sites) {
    if (s.domain == domain) return &s;
  }
  return nullptr;
}

}  // namespace custos::simulate
