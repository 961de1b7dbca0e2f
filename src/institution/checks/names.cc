#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "institution/checks/checks.h"
#include "institution/index.h"

namespace custos::institution {
namespace name_checks {
namespace {

// Names seen so far with the line of each.
class Seen {
 public:
  // The line where the name stood before; nothing where it is new.
  const std::size_t* before(std::string name, std::size_t line) {
    const auto [it, fresh] = lines_.emplace(std::move(name), line);
    return fresh ? nullptr : &it->second;
  }

 private:
  std::unordered_map<std::string, std::size_t> lines_;
};

std::string where(std::size_t line) { return line == 0 ? std::string() : fmt::format(" (first in line {})", line); }

template <class T, class Name>
void unique(CheckContext& c, std::string_view section, std::string_view key, std::string_view noun, const std::vector<T>& entries, Name name) {
  Seen seen;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::string text = name(entries[i]);
    if (text.empty()) continue;
    const std::size_t line = c.places.line(section, i, key);
    if (const auto* first = seen.before(text, line)) c.remarks.error(line, fmt::format("there are two {} '{}'{}", noun, printable(text, 80), where(*first)));
  }
}

class Accounts {
 public:
  explicit Accounts(CheckContext& c) : c_(c) {}

  template <class Line>
  void add(const Account& a, Line line) {
    if (!a.name.empty()) name(a, line("name"));
    if (!a.upn.empty()) once(upns_, name_key(a.upn), line("upn"), "user principal name", a.upn);
    if (!a.sid.empty()) once(sids_, a.sid, line("sid"), "SID", a.sid);
    if (!a.sid.empty() && !a.sid.starts_with("S-1-")) c_.remarks.error(line("sid"), fmt::format("'{}' is no SID; one begins with S-1-", printable(a.sid, 80)));
  }

 private:
  void name(const Account& a, std::size_t line) {
    const auto [it, fresh] = by_name_.emplace(name_key(full_name(a)), &a);
    if (!fresh && !a.sid.empty() && !it->second->sid.empty() && a.sid != it->second->sid) {
      return c_.remarks.warning(line,
                                fmt::format("the account '{}' stands here with two SIDs: it was made anew, or one is wrong", printable(full_name(a), 80)));
    }
    once(names_, name_key(full_name(a)), line, "account", full_name(a));
  }
  void once(Seen& seen, std::string key, std::size_t line, std::string_view noun, const std::string& text) {
    if (const auto* first = seen.before(std::move(key), line)) {
      c_.remarks.error(line, fmt::format("the {} '{}' stands here twice{}", noun, printable(text, 80), where(*first)));
    }
  }
  CheckContext& c_;
  Seen names_, upns_, sids_;
  std::unordered_map<std::string, const Account*> by_name_;
};

void check_accounts(CheckContext& c) {
  Accounts accounts(c);
  for (std::size_t i = 0; i < c.institution.people.size(); ++i) {
    const auto& of = c.institution.people[i].accounts;
    for (std::size_t k = 0; k < of.size(); ++k) accounts.add(of[k], [&](std::string_view key) { return c.places.account(i, k, key); });
  }
  for (std::size_t i = 0; i < c.institution.accounts.size(); ++i) {
    const Account& a = c.institution.accounts[i];
    accounts.add(a, [&](std::string_view key) { return c.places.line("accounts", i, key); });
    if (a.kind == "person") {
      c.remarks.warning(c.places.line("accounts", i, "name"),
                        fmt::format("the account '{}' belongs to nobody; put it under its person, or say its kind", printable(a.name, 80)));
    }
  }
}

void check_aliases(CheckContext& c) {
  Seen seen;
  const auto& hosts = c.institution.hosts;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    seen.before(name_key(full_name(hosts[i])), c.places.line("hosts", i, "name"));
    if (!hosts[i].domain.empty()) seen.before(name_key(hosts[i].name), c.places.line("hosts", i, "name"));
  }
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    for (const std::string& alias : hosts[i].aliases) {
      const std::size_t line = c.places.line("hosts", i, "aliases");
      if (const auto* first = seen.before(name_key(alias), line)) {
        c.remarks.warning(line, fmt::format("'{}' is the name of more than one host{}; it will be taken for unclear", printable(alias, 80), where(*first)));
      }
    }
  }
}

}  // namespace
}  // namespace name_checks

void check_names(CheckContext& c) {
  using namespace name_checks;
  const Institution& i = c.institution;
  unique(c, "networks", "name", "networks called", i.networks, [](const Network& n) { return name_key(n.name); });
  unique(c, "hosts", "name", "hosts called", i.hosts, [](const Host& h) { return name_key(full_name(h)); });
  unique(c, "services", "name", "services called", i.services, [](const Service& s) { return name_key(s.name); });
  unique(c, "people", "id", "people with the id", i.people, [](const Person& p) { return p.id; });
  unique(c, "cases", "id", "cases with the id", i.cases, [](const Case& x) { return x.id; });
  unique(c, "protected", "id", "protected items with the id", i.items, [](const ProtectedItem& x) { return x.id; });
  check_aliases(c);
  check_accounts(c);
}

}  // namespace custos::institution
