#include "institution/about/sheets.h"

#include <algorithm>

#include <fmt/format.h>

#include "institution/checks/checks.h"
#include "institution/file/moment.h"

namespace custos::institution {
namespace sheet_making {
namespace {

template <class T, class Test, class Name>
std::vector<std::string> select(const std::vector<T>& from, Test test, Name name) {
  std::vector<std::string> out;
  std::size_t more = 0;
  for (const T& x : from) {
    if (!test(x)) continue;
    if (out.size() < Sheets::kMost) {
      out.push_back(name(x));
    } else {
      ++more;
    }
  }
  if (more > 0) out.push_back(fmt::format("and {} more", more));
  return out;
}

bool has(const std::vector<std::string>& list, const std::string& value) {
  return !value.empty() && std::any_of(list.begin(), list.end(), [&](const auto& v) { return name_key(v) == name_key(value); });
}

std::string with(std::string text, const std::string& more) { return more.empty() ? text : text + ", " + more; }

std::string titled(const std::string& id, const std::string& title) { return title.empty() ? id : fmt::format("{} ({})", id, title); }

bool holds(const std::vector<std::string>& networks, const Address& a) {
  return std::any_of(networks.begin(), networks.end(), [&](const auto& n) {
    const auto c = parse_cidr(n);
    return c && c->holds(a);
  });
}

}  // namespace
}  // namespace sheet_making

std::string account_text(const Account& a) {
  using sheet_making::with;
  std::string s = with(full_name(a), a.upn);
  s = with(with(s, a.sid), a.kind == "person" ? "" : a.kind);
  if (a.disabled) s += ", disabled";
  return with(s, span_text(a.in_use));
}

std::string Sheets::person(const std::string& id) const {
  const auto at = index_.people.find(id);
  if (at == index_.people.end()) return id;
  const Person& p = in_.people[at->second];
  const std::string more = p.name.empty() ? p.unit : p.unit.empty() ? p.name : p.name + ", " + p.unit;
  return sheet_making::titled(p.id, more);
}

bool Sheets::is(const std::string& host, const Host& h) const {
  const auto at = index_.hosts.find(name_key(host));
  return at != index_.hosts.end() && std::any_of(at->second.begin(), at->second.end(), [&](std::size_t i) { return &in_.hosts[i] == &h; });
}

bool Sheets::calls_for(const ProtectedItem& i, const Person& p) const {
  using sheet_making::has;
  return has(i.units, p.unit) || has(i.roles, p.role) || has(i.people, p.id) || i.owner == p.id ||
         std::any_of(p.cases.begin(), p.cases.end(), [&](const auto& c) { return has(i.cases, c); });
}

Sheet Sheets::of(const Person& p) const {
  using namespace sheet_making;
  Sheet s{"person", titled(p.id, p.name), {}};
  s.add("mail", p.mail);
  s.add("unit", p.unit);
  s.add("role", p.role);
  if (!p.manager.empty()) s.add("manager", person(p.manager));
  s.add("employed", span_text(p.employed));
  s.add("hours", hours_text(p.hours ? *p.hours : in_.hours));
  s.add_all("accounts", select(
                            p.accounts, [](auto&) { return true; }, account_text));
  s.add_all("cases", select(
                         p.cases, [](auto&) { return true; },
                         [&](const std::string& id) {
                           const auto c = index_.cases.find(id);
                           const auto when = p.assigned.find(id);
                           return with(c == index_.cases.end() ? id : titled(id, in_.cases[c->second].title),
                                       when == p.assigned.end() ? "" : span_text(when->second));
                         }));
  s.add_all("hosts", select(
                         in_.hosts, [&](const Host& h) { return h.owner == p.id; }, [](const Host& h) { return full_name(h); }));
  s.add_all("leads", select(
                         in_.people, [&](const Person& o) { return o.manager == p.id; }, [](const Person& o) { return titled(o.id, o.name); }));
  s.add_all("work calls for", select(
                                  in_.items, [&](const ProtectedItem& i) { return calls_for(i, p); }, [](const auto& i) { return titled(i.id, i.title); }));
  s.add_all("told when touched",
            select(
                in_.items, [&](const ProtectedItem& i) { return has(i.tell, p.id) || has(i.tell, p.mail) || has(i.tell, p.unit) || has(i.tell, p.role); },
                [](const auto& i) { return titled(i.id, i.title); }));
  s.add_all("known as", select(
                            in_.known, [&](const KnownSource& k) { return has(k.people, p.id); }, [](const auto& k) { return with(k.kind, k.name); }));
  return s;
}

Sheet Sheets::of(const Account& a, const Person* whose) const {
  Sheet s{"account", full_name(a), {}};
  s.add("belongs to", whose == nullptr ? "nobody in person" : person(whose->id));
  s.add("kind", a.kind);
  s.add("user principal name", a.upn);
  s.add("SID", a.sid);
  s.add("display name", a.display_name);
  s.add("local to", a.host);
  s.add("in use", span_text(a.in_use));
  s.add("password set", moment_text(a.password_set, Edge::From));
  if (a.disabled) s.add("state", "disabled");
  if (whose == nullptr) return s;
  Sheet p = of(*whose);
  for (auto& fact : p.facts) s.facts.emplace_back("person: " + fact.first, std::move(fact.second));
  return s;
}

Sheet Sheets::of(const Host& h) const {
  using namespace sheet_making;
  Sheet s{"host", full_name(h), {}};
  s.add_all("aliases", h.aliases);
  s.add_all("roles", h.roles);
  s.add_all("addresses", h.addresses);
  s.add_all("MAC addresses", h.macs);
  s.add("operating system", h.os);
  s.add_all("networks", select(
                            in_.networks,
                            [&](const Network& n) {
                              return name_key(n.name) == name_key(h.network) || std::any_of(h.addresses.begin(), h.addresses.end(), [&](const auto& text) {
                                       const auto a = parse_address(text);
                                       return a && holds(n.cidrs, *a);
                                     });
                            },
                            [](const Network& n) { return with(n.name, n.kind); }));
  if (!h.owner.empty()) s.add("owner", person(h.owner));
  if (h.shared) s.add("shared", "many people's sessions");
  s.add("in use", span_text(h.in_use));
  std::vector<std::string> runs, above;
  for (const Service& x : in_.services) {
    if (!std::any_of(x.hosts.begin(), x.hosts.end(), [&](const auto& n) { return is(n, h); })) continue;
    runs.push_back(fmt::format("{} ({} of {} hosts must run{})", x.name, x.minimum, x.hosts.size(), x.core ? ", core" : ""));
    for (std::string& n : needed_by(x)) {
      if (std::find(above.begin(), above.end(), n) == above.end()) above.push_back(std::move(n));
    }
  }
  s.add_all("services", std::move(runs));
  s.add_all("services that stand on those", std::move(above));
  s.add_all("local accounts", select(
                                  in_.accounts, [&](const Account& a) { return !a.host.empty() && is(a.host, h); }, account_text));
  s.add_all("known as",
            select(
                in_.known, [&](const KnownSource& k) { return std::any_of(k.hosts.begin(), k.hosts.end(), [&](const auto& n) { return is(n, h); }); },
                [](const auto& k) { return with(k.kind, k.name); }));
  return s;
}

Sheet Sheets::of(const Address& a) const {
  using namespace sheet_making;
  Sheet s{"address", text_of(a), {}};
  s.add("scope", is_private(a) ? "private" : is_public(a) ? "public" : "special");
  s.add_all(
      "hosts",
      select(
          in_.hosts, [&](const Host& h) { return std::any_of(h.addresses.begin(), h.addresses.end(), [&](const auto& t) { return parse_address(t) == a; }); },
          [](const Host& h) { return with(full_name(h), span_text(h.in_use)); }));
  s.add_all("networks", select(
                            in_.networks, [&](const Network& n) { return holds(n.cidrs, a); },
                            [](const Network& n) { return with(with(with(n.name, n.kind), n.dhcp ? "DHCP" : ""), n.nat ? "NAT" : ""); }));
  s.add_all("known as", select(
                            in_.known, [&](const KnownSource& k) { return holds(k.addresses, a); }, [](const auto& k) { return with(k.kind, k.name); }));
  return s;
}

Sheet Sheets::of(const Network& n) const {
  using namespace sheet_making;
  Sheet s{"network", n.name, {}};
  s.add_all("networks", n.cidrs);
  s.add("kind", n.kind);
  if (n.dhcp) s.add("DHCP", "addresses change hands");
  if (n.nat) s.add("NAT", "many hosts behind one address");
  s.add_all("hosts", select(
                         in_.hosts,
                         [&](const Host& h) {
                           return name_key(h.network) == name_key(n.name) || std::any_of(h.addresses.begin(), h.addresses.end(), [&](const auto& t) {
                                    const auto a = parse_address(t);
                                    return a && holds(n.cidrs, *a);
                                  });
                         },
                         [](const Host& h) { return full_name(h); }));
  return s;
}

Sheet Sheets::of(const Service& x) const {
  Sheet s{"service", x.name, {}};
  s.add("core", x.core ? "must keep running while an intruder is contained" : "");
  s.add("minimum", fmt::format("{} of {} hosts", x.minimum, x.hosts.size()));
  s.add_all("hosts", x.hosts);
  s.add_all("needs", x.needs);
  s.add_all("stands on", stands_on(x));
  s.add_all("needed by", needed_by(x));
  s.add("hours", x.hours ? hours_text(*x.hours) : "always");
  return s;
}

Sheet Sheets::of(const Case& c) const {
  using namespace sheet_making;
  Sheet s{"case", titled(c.id, c.title), {}};
  s.add("confidentiality", c.confidentiality);
  s.add("open", span_text(c.open));
  s.add_all("units", c.units);
  s.add_all("assigned", select(
                            in_.people, [&](const Person& p) { return std::find(p.cases.begin(), p.cases.end(), c.id) != p.cases.end(); },
                            [&](const Person& p) {
                              const auto when = p.assigned.find(c.id);
                              return with(person(p.id), when == p.assigned.end() ? "" : span_text(when->second));
                            }));
  s.add_all("protected items",
            select(
                in_.items, [&](const ProtectedItem& i) { return has(i.cases, c.id) || i.id == c.id; }, [](const auto& i) { return titled(i.id, i.title); }));
  return s;
}

Sheet Sheets::of(const ProtectedItem& i) const {
  using namespace sheet_making;
  Sheet s{"protected", titled(i.id, i.title), {}};
  const auto everybody = [](const auto&) { return true; };
  const auto name = [&](const std::string& t) { return person(t); };
  s.add("kind", i.kind);
  s.add("owner", person(i.owner));
  s.add("confidentiality", i.confidentiality);
  s.add_all("match", i.match);
  s.add_all("units", i.units);
  s.add_all("roles", i.roles);
  s.add_all("cases", i.cases);
  s.add_all("people", select(i.people, everybody, name));
  s.add_all("work of", select(
                           in_.people, [&](const Person& p) { return calls_for(i, p); }, [](const Person& p) { return titled(p.id, p.name); }));
  s.add_all("tell", select(i.tell, everybody, name));
  return s;
}

Sheet Sheets::of(const Canary& c) const {
  Sheet s{"canary", c.value, {}};
  s.add("kind", c.kind);
  s.add("note", c.note);
  return s;
}

Sheet Sheets::of(const KnownSource& k) const {
  Sheet s{"known", sheet_making::with(k.kind, k.name), {}};
  s.add_all("addresses", k.addresses);
  s.add_all("hosts", k.hosts);
  s.add_all("people", k.people);
  s.add_all("accounts", k.accounts);
  s.add_all("targets", k.targets);
  s.add_all("services", k.services);
  return s;
}

Sheet Sheets::of_unit(const std::vector<const Person*>& members) const {
  using namespace sheet_making;
  const std::string& unit = members.front()->unit;
  Sheet s{"unit", unit, {}};
  s.add_all("people", select(
                          members, [](auto*) { return true; }, [](const Person* p) { return with(titled(p->id, p->name), p->role); }));
  s.add_all("owns",
            select(
                in_.items, [&](const ProtectedItem& i) { return name_key(i.owner) == name_key(unit); }, [](const auto& i) { return titled(i.id, i.title); }));
  s.add_all("work calls for", select(
                                  in_.items, [&](const ProtectedItem& i) { return has(i.units, unit); }, [](const auto& i) { return titled(i.id, i.title); }));
  s.add_all("told when touched",
            select(
                in_.items, [&](const ProtectedItem& i) { return has(i.tell, unit); }, [](const auto& i) { return titled(i.id, i.title); }));
  return s;
}

std::vector<std::string> Sheets::stands_on(const Service& s) const {
  std::vector<std::string> out, open = s.needs;
  std::vector<bool> seen(in_.services.size(), false);
  while (!open.empty()) {
    const auto at = index_.services.find(name_key(open.back()));
    open.pop_back();
    if (at == index_.services.end() || seen[at->second]) continue;
    seen[at->second] = true;
    out.push_back(in_.services[at->second].name);
    open.insert(open.end(), in_.services[at->second].needs.begin(), in_.services[at->second].needs.end());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> Sheets::needed_by(const Service& s) const {
  std::vector<std::vector<std::size_t>> above(in_.services.size());
  for (std::size_t i = 0; i < in_.services.size(); ++i) {
    for (const std::string& n : in_.services[i].needs) {
      if (const auto at = index_.services.find(name_key(n)); at != index_.services.end()) above[at->second].push_back(i);
    }
  }
  std::vector<bool> seen(in_.services.size(), false);
  std::vector<std::string> out;
  std::vector<std::size_t> open = {static_cast<std::size_t>(&s - in_.services.data())};
  while (!open.empty()) {
    const std::size_t at = open.back();
    open.pop_back();
    for (const std::size_t i : above[at]) {
      if (seen[i]) continue;
      seen[i] = true;
      out.push_back(in_.services[i].name);
      open.push_back(i);
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace custos::institution
