#include <algorithm>

#include <fmt/format.h>

#include "simulate/world/world.h"

namespace custos::simulate {
namespace {

std::string cidr(const Net& n) {
  // The smallest power of two around it.
  std::uint32_t bits = 32, base = n.first;
  while (bits > 8 && (base & ~(0xFFFFFFFFu << (32 - bits))) + n.size > (1u << (32 - bits))) {
    --bits;
    base = n.first;
  }
  return fmt::format("{}/{}", address_text(n.first & (0xFFFFFFFFu << (32 - bits))), bits);
}

std::string_view role_of(Kind k) {
  switch (k) {
    case Kind::Workstation: return "workstation";
    case Kind::DomainController: return "domain-controller";
    case Kind::FileServer: return "file-server";
    case Kind::Backup: return "backup";
    case Kind::Scanner: return "scanner";
    case Kind::Printer: return "printer";
    case Kind::Web: return "web";
    case Kind::Bastion: return "bastion";
    case Kind::Resolver: return "dns";
    case Kind::Proxy: return "proxy";
    case Kind::Mail: return "mail";
    default: return "server";
  }
}

Account account(const User& u) {
  Account a;
  a.name = u.name;
  a.domain = u.domain;
  a.upn = u.upn;
  a.sid = u.sid;
  a.display_name = u.display;
  a.kind = u.admin ? "admin" : u.person == kNobody ? "service" : "person";
  return a;
}

void hosts(const World& w, Institution& out) {
  for (const Machine& m : w.machines) {
    Host h;
    h.name = m.name;
    h.domain = w.parameters->domain;
    h.roles = {std::string(role_of(m.kind))};
    h.os = m.windows ? "Windows" : "Linux";
    h.network = w.nets[m.net].name;
    if (!w.nets[m.net].dhcp) h.addresses = {m.address};
    h.macs = {m.mac};
    if (m.owner != kNobody) h.owner = w.people[m.owner].user->name;
    out.hosts.push_back(std::move(h));
  }
}

void people(const World& w, Institution& out) {
  for (const Colleague& c : w.people) {
    Person p;
    p.id = c.user->name;
    p.name = c.first + " " + c.last;
    p.mail = c.user->upn;
    p.unit = c.unit;
    p.role = c.role->name;
    p.accounts.push_back(account(*c.user));
    if (c.admin != nullptr) p.accounts.push_back(account(*c.admin));
    for (const std::uint32_t one : c.cases) p.cases.push_back(w.cases[one].id);
    p.employed = c.employed;
    out.people.push_back(std::move(p));
  }
  for (const User& u : w.users) {
    if (u.person == kNobody) out.accounts.push_back(account(u));
  }
}

// Case folders are protected; the statements of strictly confidential ones most of all.
void protect(const World& w, Institution& out) {
  for (const Case& c : w.cases) {
    ProtectedItem item;
    item.id = "case-" + c.id;
    item.kind = "folder";
    item.title = "Papers of case " + c.id;
    item.confidentiality = c.confidentiality;
    item.match = {fmt::format("\\\\*\\Cases\\{}\\*", c.id), fmt::format("{}\\*", c.id)};
    item.cases = {c.id};
    item.tell = {"Registry"};
    out.items.push_back(std::move(item));
  }
}

}  // namespace

Institution describe(const World& w) {
  Institution out;
  const Parameters& p = *w.parameters;
  out.name = p.name;
  out.domain = p.domain;
  out.netbios = p.netbios;
  out.confidentialities = {"public", "internal", "confidential", "strictly confidential"};
  out.hours.zone = "Europe/Amsterdam";
  out.hours.end = 18 * 60 + 30;
  out.hours.holidays = {p.holidays.begin(), p.holidays.end()};
  for (const Net& n : w.nets) out.networks.push_back({n.name, {cidr(n)}, n.kind, n.dhcp, false});
  out.cases = w.cases;
  hosts(w, out);
  people(w, out);
  protect(w, out);
  const auto named = [&](Kind k) {
    std::vector<std::string> names;
    for (const std::uint32_t i : w.by_kind.at(k)) names.push_back(w.machines[i].name);
    return names;
  };
  out.services = {{"directory", named(Kind::DomainController), {}, 1, true, {}},
                  {"names", named(Kind::Resolver), {}, 1, true, {}},
                  {"files", named(Kind::FileServer), {"directory", "names"}, 1, true, {}},
                  {"case work", named(Kind::AppServer), {"directory", "database"}, 1, true, {}},
                  {"database", named(Kind::Database), {}, 1, true, {}},
                  {"public site", named(Kind::Web), {}, 1, false, {}},
                  {"web access", named(Kind::Proxy), {"names"}, 1, false, {}}};
  KnownSource scanner;
  scanner.kind = "scanner";
  scanner.name = "vulnerability scanner and monitoring";
  scanner.hosts = named(Kind::Scanner);
  KnownSource egress;
  egress.kind = "egress";
  egress.name = "what the Internet sees";
  egress.addresses = {w.egress};
  KnownSource sync;
  sync.kind = "directory-sync";
  sync.name = "copies the directory into the cloud";
  sync.accounts = {"svc-sync"};
  out.known = {scanner, egress, sync};
  return out;
}

}  // namespace custos::simulate
