#include "institution/import/merge.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "base/text.h"
#include "institution/checks/checks.h"
#include "institution/index.h"

namespace custos::institution {
namespace merging {
namespace {

constexpr std::size_t kNobody = ~std::size_t{0};
constexpr std::size_t kUnclear = kNobody - 1;

// A name that leads to several is unclear from then on.
void put(std::unordered_map<std::string, std::size_t>& names, const std::string& name, std::size_t at) {
  if (name.empty()) return;
  const auto [it, fresh] = names.emplace(name_key(name), at);
  if (!fresh && it->second != at) it->second = kUnclear;
}

std::size_t get(const std::unordered_map<std::string, std::size_t>& names, const std::string& name) {
  if (name.empty()) return kNobody;
  const auto it = names.find(name_key(name));
  return it == names.end() || it->second == kUnclear ? kNobody : it->second;
}

// "Osei, Mercy" and "Mercy Osei" are one name.
std::vector<std::string> words_of(const std::string& name) {
  std::vector<std::string> words(1);
  for (const char c : fold(name)) {
    if (c == ' ' || c == ',' || c == '.') {
      if (!words.back().empty()) words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  if (words.back().empty()) words.pop_back();
  std::sort(words.begin(), words.end());
  return words;
}

// An id that was taken from an account or a mail address, for want of a better one.
bool is_makeshift(const Person& p) {
  if (name_key(p.id) == name_key(p.mail.substr(0, p.mail.find('@')))) return true;
  return std::any_of(p.accounts.begin(), p.accounts.end(), [&](const Account& a) { return name_key(a.name) == name_key(p.id); });
}

// The domain that an account is said to be of: a NetBIOS name, or what most likely is one, the first label of its user principal name's.
std::string domain_of(const Account& a) {
  if (!a.domain.empty()) return name_key(a.domain);
  const std::size_t at = a.upn.rfind('@');
  return at == std::string::npos ? std::string() : name_key(a.upn.substr(at + 1, a.upn.find('.', at) - at - 1));
}

template <class T>
void unite(std::vector<T>& into, const std::vector<T>& from) {
  for (const T& x : from) {
    if (std::find(into.begin(), into.end(), x) == into.end()) into.push_back(x);
  }
}

void say_more(std::string& reason, const std::string& more) {
  if (!more.empty() && reason.find(more) == std::string::npos && reason.size() < 400) reason += (reason.empty() ? "" : "; ") + more;
}

}  // namespace
}  // namespace merging

void Merger::add(Imported source) {
  field(in_.name, source.name, "name", "the institution", {}, 0);
  field(in_.domain, source.domain, "domain", "the institution", {}, 0);
  field(in_.netbios, source.netbios, "netbios", "the institution", {}, 0);
  remarks_.add_all(source.remarks);
  for (auto& p : source.people) person(std::move(p));
  for (auto& a : source.accounts) account(std::move(a));
  for (auto& h : source.hosts) host(std::move(h));
  for (auto& n : source.networks) {
    network_reasons_.push_back(std::move(n.reason));
    in_.networks.push_back(std::move(n.value));
  }
}

void Merger::field(std::string& into, const std::string& from, std::string_view key, const std::string& whose, const std::string& file, std::size_t line) {
  if (from.empty() || into == from) return;
  if (into.empty()) {
    into = from;
  } else if (fold(into) != fold(from)) {
    remarks_.add(
        {file, line, Severity::Warning,
         fmt::format("'{}' of {} is '{}' here and '{}' before; the first was kept", key, printable(whose, 60), printable(from, 80), printable(into, 80))});
  }
}

void Merger::span(Span& into, const Span& from, const std::string& whose, const std::string& file, std::size_t line) {
  const Span before = into;
  if (into.from == kNoTime) into.from = from.from;
  if (into.until == kNoTime) into.until = from.until;
  const bool other = (from.from != kNoTime && from.from != into.from) || (from.until != kNoTime && from.until != into.until);
  const bool upside_down = into.from != kNoTime && into.until != kNoTime && into.until <= into.from;
  if (upside_down) into = before;
  if (other || upside_down) {
    remarks_.add({file, line, Severity::Warning, fmt::format("the time of {} is not the same here as before; the first was kept", printable(whose, 60))});
  }
}

bool Merger::same(const Account& a, const Account& b) const {
  if (!a.sid.empty() && !b.sid.empty()) return a.sid == b.sid;
  if (!a.upn.empty() && name_key(a.upn) == name_key(b.upn)) return true;
  if (name_key(a.name) != name_key(b.name) || name_key(a.host) != name_key(b.host)) return false;
  if (!a.upn.empty() && !b.upn.empty()) return false;
  const std::string x = merging::domain_of(a), y = merging::domain_of(b);
  return x.empty() || y.empty() || x == y;
}

void Merger::fill(Account& into, const Account& from, const std::string& file, std::size_t line) {
  const std::string whose = full_name(into);
  const bool surely = (!into.sid.empty() && into.sid == from.sid) || (!into.upn.empty() && name_key(into.upn) == name_key(from.upn));
  if (!surely && into.domain.empty() != from.domain.empty() && into.host.empty()) {
    auto& [count, first] = bare_[file];
    if (++count == 1) first = fmt::format("'{}' is {}", printable(into.name, 60), printable(into.domain.empty() ? full_name(from) : whose, 80));
  }
  field(into.domain, from.domain, "domain", whose, file, line);
  field(into.upn, from.upn, "upn", whose, file, line);
  field(into.sid, from.sid, "sid", whose, file, line);
  if (merging::words_of(into.display_name) != merging::words_of(from.display_name))
    field(into.display_name, from.display_name, "display_name", whose, file, line);
  if (into.kind == "person") into.kind = from.kind;
  if (into.kind != from.kind && from.kind != "person" && from.kind != "shared") field(into.kind, from.kind, "kind", whose, file, line);
  into.disabled = into.disabled || from.disabled;
  if (into.password_set == kNoTime || from.password_set > into.password_set)
    into.password_set = from.password_set == kNoTime ? into.password_set : from.password_set;
  span(into.in_use, from.in_use, whose, file, line);
}

void Merger::join_account(std::vector<Account>& into, Account from, const std::string& file, std::size_t line) {
  for (Account& a : into) {
    if (same(a, from)) return fill(a, from, file, line);
  }
  into.push_back(std::move(from));
}

std::size_t Merger::find_person(const Found<Person>& p) {
  std::vector<std::pair<std::size_t, std::string_view>> fits;
  const auto consider = [&](std::size_t at, std::string_view how) {
    if (at == merging::kNobody) return;
    if (std::none_of(fits.begin(), fits.end(), [&](const auto& f) { return f.first == at; })) fits.emplace_back(at, how);
  };
  for (const Account& a : p.value.accounts) {
    consider(merging::get(by_sid_, a.sid), "SID");
    consider(merging::get(by_upn_, a.upn), "user principal name");
    consider(merging::get(by_account_, full_name(a)), "account");
  }
  // Two ids for want of better ones are two accounts' names: those were looked at.
  const std::size_t of_id = merging::get(by_id_, p.value.id);
  if (of_id != merging::kNobody && !(merging::is_makeshift(p.value) && merging::is_makeshift(people_[of_id].value))) consider(of_id, "id");
  consider(merging::get(by_mail_, p.value.mail), "mail");
  for (const Account& a : p.value.accounts) {
    const std::size_t at = a.host.empty() ? merging::get(by_bare_account_, a.name) : merging::kNobody;
    if (at == merging::kNobody) continue;
    const auto& theirs = people_[at].value.accounts;
    if (std::any_of(theirs.begin(), theirs.end(), [&](const Account& b) { return same(a, b); })) consider(at, "account");
  }
  if (fits.empty()) return merging::kNobody;
  if (fits.size() > 1) {
    remarks_.add({p.file, p.line, Severity::Warning,
                  fmt::format("'{}' fits '{}' by {} and '{}' by {}; it was taken together with the first", printable(p.value.id, 60),
                              printable(people_[fits[0].first].value.id, 60), fits[0].second, printable(people_[fits[1].first].value.id, 60), fits[1].second)});
  }
  return fits[0].first;
}

void Merger::index_account(const Account& a, std::size_t person) {
  merging::put(by_sid_, a.sid, person);
  merging::put(by_upn_, a.upn, person);
  merging::put(by_account_, full_name(a), person);
  if (a.host.empty()) merging::put(by_bare_account_, a.name, person);
}

void Merger::index_person(std::size_t at) {
  const Person& p = people_[at].value;
  by_id_.emplace(name_key(p.id), at);
  merging::put(by_mail_, p.mail, at);
  merging::put(by_name_, p.name, at);
  for (const Account& a : p.accounts) index_account(a, at);
}

void Merger::person(Found<Person> p) {
  // Accounts that were nobody's until now.
  for (Account& a : p.value.accounts) {
    std::size_t at = merging::get(account_by_sid_, a.sid);
    if (at == merging::kNobody) at = merging::get(account_by_upn_, a.upn);
    if (at == merging::kNobody) at = merging::get(account_by_name_, a.name);
    if (at == merging::kNobody || accounts_[at].value.name.empty() || !same(a, accounts_[at].value)) continue;
    Found<Account> was = std::move(accounts_[at]);
    accounts_[at] = {};
    if (was.value.kind == "shared") was.value.kind = "person";
    fill(was.value, a, p.file, p.line);
    a = std::move(was.value);
    merging::say_more(p.reason, was.reason);
  }
  std::size_t at = find_person(p);
  if (at == merging::kNobody) {
    at = people_.size();
    if (by_id_.contains(name_key(p.value.id))) {
      // Another person's id: the account is theirs too, or the table says one id twice with nothing else in common.
      remarks_.add({p.file, p.line, Severity::Warning, fmt::format("the id '{}' is taken; a number was put behind it", printable(p.value.id, 60))});
      std::size_t n = 2;
      while (by_id_.contains(name_key(fmt::format("{}-{}", p.value.id, n)))) ++n;
      p.value.id = fmt::format("{}-{}", p.value.id, n);
    }
    people_.push_back(std::move(p));
  } else {
    join(people_[at], std::move(p));
  }
  index_person(at);
}

void Merger::join(Found<Person>& into, Found<Person> from) {
  Person &a = into.value, &b = from.value;
  const std::string& file = from.file;
  const bool theirs = merging::is_makeshift(b);
  if (merging::is_makeshift(a) && !theirs) {
    a.id = b.id;
  } else if (!theirs) {
    field(a.id, b.id, "id", a.id, file, from.line);
  }
  if (merging::words_of(a.name) != merging::words_of(b.name)) field(a.name, b.name, "name", a.id, file, from.line);
  field(a.mail, b.mail, "mail", a.id, file, from.line);
  field(a.unit, b.unit, "unit", a.id, file, from.line);
  field(a.role, b.role, "role", a.id, file, from.line);
  if (a.manager.empty() || resolve(a.manager) != resolve(b.manager)) field(a.manager, b.manager, "manager", a.id, file, from.line);
  for (Account& x : b.accounts) join_account(a.accounts, std::move(x), file, from.line);
  merging::unite(a.cases, b.cases);
  span(a.employed, b.employed, a.id, file, from.line);
  merging::say_more(into.reason, from.reason);
}

void Merger::account(Found<Account> a) {
  std::size_t who = merging::get(by_sid_, a.value.sid);
  if (who == merging::kNobody) who = merging::get(by_upn_, a.value.upn);
  if (who == merging::kNobody) who = merging::get(by_account_, full_name(a.value));
  if (who == merging::kNobody && a.value.host.empty()) who = merging::get(by_bare_account_, a.value.name);
  if (who != merging::kNobody) {
    for (Account& theirs : people_[who].value.accounts) {
      if (!same(theirs, a.value)) continue;
      fill(theirs, a.value, a.file, a.line);
      index_account(theirs, who);
      return merging::say_more(people_[who].reason, a.reason);
    }
  }
  std::size_t at = merging::get(account_by_sid_, a.value.sid);
  if (at == merging::kNobody) at = merging::get(account_by_upn_, a.value.upn);
  if (at == merging::kNobody) at = merging::get(account_by_name_, a.value.name);
  if (at != merging::kNobody && !accounts_[at].value.name.empty() && same(accounts_[at].value, a.value)) {
    fill(accounts_[at].value, a.value, a.file, a.line);
    merging::say_more(accounts_[at].reason, a.reason);
  } else {
    at = accounts_.size();
    accounts_.push_back(std::move(a));
  }
  const Account& now = accounts_[at].value;
  merging::put(account_by_sid_, now.sid, at);
  merging::put(account_by_upn_, now.upn, at);
  merging::put(account_by_name_, now.name, at);
}

void Merger::host(Found<Host> h) {
  std::size_t at = merging::get(host_by_full_, full_name(h.value));
  if (at == merging::kNobody) {
    at = merging::get(host_by_name_, h.value.name);
    if (at != merging::kNobody && !h.value.domain.empty() && !hosts_[at].value.domain.empty() &&
        name_key(h.value.domain) != name_key(hosts_[at].value.domain)) {
      at = merging::kNobody;
    }
  }
  if (at == merging::kNobody) {
    at = hosts_.size();
    hosts_.push_back(std::move(h));
  } else {
    Host &a = hosts_[at].value, &b = h.value;
    field(a.domain, b.domain, "domain", a.name, h.file, h.line);
    field(a.os, b.os, "os", a.name, h.file, h.line);
    field(a.network, b.network, "network", a.name, h.file, h.line);
    if (a.owner.empty() || resolve(a.owner) != resolve(b.owner)) field(a.owner, b.owner, "owner", a.name, h.file, h.line);
    merging::unite(a.aliases, b.aliases);
    merging::unite(a.addresses, b.addresses);
    merging::unite(a.macs, b.macs);
    merging::unite(a.roles, b.roles);
    // What only says that nothing more is known gives way to what is.
    if (a.roles.size() > 1) std::erase_if(a.roles, [](const auto& r) { return r == "workstation" || r == "server"; });
    if (a.roles.empty()) a.roles = {"server"};
    a.shared = a.shared || b.shared;
    span(a.in_use, b.in_use, a.name, h.file, h.line);
    merging::say_more(hosts_[at].reason, h.reason);
  }
  merging::put(host_by_name_, hosts_[at].value.name, at);
  merging::put(host_by_full_, full_name(hosts_[at].value), at);
  for (const std::string& alias : hosts_[at].value.aliases) merging::put(host_by_name_, alias, at);
}

std::string Merger::resolve(const std::string& who) const {
  if (who.empty()) return {};
  for (const Names* names : {&by_id_, &by_mail_, &by_upn_, &by_account_, &by_bare_account_, &by_name_}) {
    if (const std::size_t at = merging::get(*names, who); at != merging::kNobody) return people_[at].value.id;
  }
  return {};
}

void Merger::resolve_references(Institution& in) {
  const auto settle = [&](std::string& who, std::string_view key, const std::string& whose, const std::string& file, std::size_t line) {
    if (who.empty()) return;
    std::string id = resolve(who);
    if (id.empty())
      remarks_.add({file, line, Severity::Warning, fmt::format("'{}' of '{}' is nobody here: {}", key, printable(whose, 60), printable(who, 80))});
    who = std::move(id);
  };
  for (auto& p : people_) {
    settle(p.value.manager, "manager", p.value.id, p.file, p.line);
    if (p.value.manager == p.value.id) p.value.manager.clear();
  }
  std::unordered_set<std::string> networks, cases;
  for (const Network& n : in.networks) networks.insert(name_key(n.name));
  for (auto& h : hosts_) {
    settle(h.value.owner, "owner", h.value.name, h.file, h.line);
    if (!h.value.network.empty() && !networks.contains(name_key(h.value.network))) {
      remarks_.add({h.file, h.line, Severity::Warning,
                    fmt::format("the network '{}' of '{}' is not known and was left out", printable(h.value.network, 60), printable(h.value.name, 60))});
      h.value.network.clear();
    }
  }
  for (const auto& p : people_) {
    for (const std::string& id : p.value.cases) {
      if (cases.insert(id).second) in.cases.push_back({id, {}, {}, {}, {}});
    }
  }
}

Institution Merger::take(Comments& comments) {
  Institution in = std::move(in_);
  for (const auto& [file, bare] : bare_) {
    remarks_.add(
        {file, 0, Severity::Warning,
         fmt::format("{} accounts without a domain were taken to be those of the same name with one ({}); take apart what is not", bare.first, bare.second)});
  }
  resolve_references(in);
  const auto move_all = [&comments](auto& from, auto& to, const char* section) {
    auto& reasons = comments.entries[section];
    for (auto& f : from) {
      if constexpr (requires { f.value.id; }) {
        if (f.value.id.empty()) continue;
      } else if (f.value.name.empty()) {
        continue;
      }
      to.push_back(std::move(f.value));
      reasons.push_back(std::move(f.reason));
    }
    from.clear();
  };
  move_all(people_, in.people, "people");
  move_all(accounts_, in.accounts, "accounts");
  move_all(hosts_, in.hosts, "hosts");
  comments.entries["networks"] = std::move(network_reasons_);
  return in;
}

}  // namespace custos::institution
