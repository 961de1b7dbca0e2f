// Every key of the institution file, said once: reader, writer, JSON form, list of keys and the tests' generator all walk these descriptions.
// Included by file.cc, tree.cc, key_list.cc and tests; a visitor has one member function a type of value.
// Static descriptions.
// Any thread.
// Refuses nothing; docs/formats/institution.md and content/institution.schema.json say the same keys, and tests compare all three.
#pragma once

#include <string_view>

#include "institution/file/words.h"
#include "model/institution.h"

namespace custos::institution {

// `name` is what an entry is called in sentences; of(visitor, value) shows the visitor every key.
template <class T>
struct Keys;

template <>
struct Keys<Network> {
  static constexpr std::string_view name = "network";
  template <class V, class T>
  static void of(V& v, T& n) {
    v.text("name", n.name, Need::Required);
    v.texts("cidrs", n.cidrs, Need::Required);
    v.word("kind", n.kind, "", kNetworkKinds, Words::Open);
    v.flag("dhcp", n.dhcp);
    v.flag("nat", n.nat);
  }
};

template <>
struct Keys<Host> {
  static constexpr std::string_view name = "host";
  template <class V, class T>
  static void of(V& v, T& h) {
    v.text("name", h.name, Need::Required);
    v.text("domain", h.domain);
    v.texts("aliases", h.aliases);
    v.texts("addresses", h.addresses);
    v.texts("macs", h.macs);
    v.words("roles", h.roles, kRoles, Words::Open);
    v.text("os", h.os);
    v.text("network", h.network);
    v.text("owner", h.owner);
    v.flag("shared", h.shared);
    v.span(h.in_use);
  }
};

template <>
struct Keys<Service> {
  static constexpr std::string_view name = "service";
  template <class V, class T>
  static void of(V& v, T& s) {
    v.text("name", s.name, Need::Required);
    v.texts("hosts", s.hosts);
    v.texts("needs", s.needs);
    v.number("minimum", s.minimum, 1, 1, 100'000);
    v.flag("core", s.core);
    v.own_hours("hours", s.hours);
  }
};

template <>
struct Keys<Account> {
  static constexpr std::string_view name = "account";
  template <class V, class T>
  static void of(V& v, T& a) {
    v.text("name", a.name, Need::Required);
    v.text("domain", a.domain);
    v.text("upn", a.upn);
    v.text("sid", a.sid);
    v.text("display_name", a.display_name);
    v.word("kind", a.kind, "person", kAccountKinds, Words::Closed);
    v.text("host", a.host);
    v.flag("disabled", a.disabled);
    v.time("password_set", a.password_set);
    v.span(a.in_use);
  }
};

template <>
struct Keys<Person> {
  static constexpr std::string_view name = "person";
  template <class V, class T>
  static void of(V& v, T& p) {
    v.text("id", p.id, Need::Required);
    v.text("name", p.name);
    v.text("mail", p.mail);
    v.text("unit", p.unit);
    v.text("role", p.role);
    v.text("manager", p.manager);
    v.entries("accounts", p.accounts);
    v.assignments("cases", p.cases, p.assigned);
    v.own_hours("hours", p.hours);
    v.words("named_to", p.named_to, kAudiences, Words::Closed);
    v.span(p.employed);
  }
};

template <>
struct Keys<Case> {
  static constexpr std::string_view name = "case";
  template <class V, class T>
  static void of(V& v, T& c) {
    v.text("id", c.id, Need::Required);
    v.text("title", c.title);
    v.text("confidentiality", c.confidentiality);
    v.texts("units", c.units);
    v.words("named_to", c.named_to, kAudiences, Words::Closed);
    v.span(c.open);
  }
};

template <>
struct Keys<ProtectedItem> {
  static constexpr std::string_view name = "protected item";
  template <class V, class T>
  static void of(V& v, T& i) {
    v.text("id", i.id, Need::Required);
    v.word("kind", i.kind, "", kItemKinds, Words::Closed, Need::Required);
    v.text("title", i.title);
    v.text("owner", i.owner);
    v.text("confidentiality", i.confidentiality);
    v.texts("match", i.match);
    v.texts("units", i.units);
    v.texts("roles", i.roles);
    v.texts("cases", i.cases);
    v.texts("people", i.people);
    v.texts("tell", i.tell);
    v.words("named_to", i.named_to, kAudiences, Words::Closed);
  }
};

template <>
struct Keys<Canary> {
  static constexpr std::string_view name = "canary";
  template <class V, class T>
  static void of(V& v, T& c) {
    v.word("kind", c.kind, "", kCanaryKinds, Words::Closed, Need::Required);
    v.text("value", c.value, Need::Required);
    v.text("note", c.note);
  }
};

template <>
struct Keys<KnownSource> {
  static constexpr std::string_view name = "known source";
  template <class V, class T>
  static void of(V& v, T& k) {
    v.word("kind", k.kind, "", kKnownKinds, Words::Closed, Need::Required);
    v.text("name", k.name);
    v.texts("addresses", k.addresses);
    v.texts("hosts", k.hosts);
    v.texts("people", k.people);
    v.texts("accounts", k.accounts);
    v.texts("targets", k.targets);
    v.texts("services", k.services);
  }
};

template <>
struct Keys<WorkingHours> {
  static constexpr std::string_view name = "time table";
  // What is not said is as in `usual`.
  template <class V, class T>
  static void of(V& v, T& h, const WorkingHours& usual) {
    v.text_or("zone", h.zone, usual.zone);
    v.days("days", h.days, usual.days);
    v.clock("from", h.begin, usual.begin);
    v.clock("to", h.end, usual.end);
    v.dates("holidays", h.holidays, usual.holidays);
  }
};

template <>
struct Keys<Institution> {
  static constexpr std::string_view name = "institution file";
  // The hours come before everything that may have hours of its own.
  template <class V, class T>
  static void of(V& v, T& i) {
    v.version("version", 1);
    v.group("institution", "institution", [&](auto& g) {
      g.text("name", i.name);
      g.text("domain", i.domain);
      g.text("netbios", i.netbios);
    });
    v.common_hours("hours", i.hours);
    v.texts("confidentialities", i.confidentialities);
    v.entries("networks", i.networks);
    v.entries("hosts", i.hosts);
    v.entries("services", i.services);
    v.entries("people", i.people);
    v.entries("accounts", i.accounts);
    v.entries("cases", i.cases);
    v.entries("protected", i.items);
    v.entries("canaries", i.canaries);
    v.entries("known", i.known);
  }
};

}  // namespace custos::institution
