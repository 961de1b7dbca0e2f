#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "institution/checks/checks.h"
#include "institution/index.h"

namespace custos::institution {
namespace reference_checks {
namespace {

class Check {
 public:
  explicit Check(CheckContext& c) : c_(c), in_(c.institution), index_(c.institution) {}

  void run() {
    for (std::size_t i = 0; i < in_.hosts.size(); ++i) host(i, in_.hosts[i]);
    for (std::size_t i = 0; i < in_.services.size(); ++i) service(i, in_.services[i]);
    for (std::size_t i = 0; i < in_.people.size(); ++i) person(i, in_.people[i]);
    for (std::size_t i = 0; i < in_.accounts.size(); ++i) account(in_.accounts[i], c_.places.line("accounts", i, "host"));
    for (std::size_t i = 0; i < in_.cases.size(); ++i) legal_case(i, in_.cases[i]);
    for (std::size_t i = 0; i < in_.items.size(); ++i) item(i, in_.items[i]);
    for (std::size_t i = 0; i < in_.known.size(); ++i) known(i, in_.known[i]);
    ranks();
  }

 private:
  bool person_there(const std::string& id) const { return index_.people.contains(id); }
  bool service_there(const std::string& name) const { return index_.services.contains(name_key(name)); }

  // One value that leads nowhere.
  void one(std::string_view section, std::size_t i, std::string_view key, const std::string& value, bool there, std::string_view what, Severity severity) {
    if (value.empty() || there) return;
    const std::size_t line = c_.remarks.full() ? 0 : c_.places.line(section, i, key, value);
    c_.remarks.add({{}, line, severity, fmt::format("'{}': there is no {} '{}'", key, what, printable(value, 80))});
  }
  template <class There>
  void each(std::string_view section, std::size_t i, std::string_view key, const std::vector<std::string>& values, There there, std::string_view what,
            Severity severity = Severity::Error) {
    for (const std::string& v : values) one(section, i, key, v, there(v), what, severity);
  }

  void host(std::size_t i, const Host& h) {
    one("hosts", i, "owner", h.owner, person_there(h.owner), "person with the id", Severity::Error);
    one("hosts", i, "network", h.network, index_.networks.contains(name_key(h.network)), "network called", Severity::Error);
  }

  void service(std::size_t i, const Service& s) {
    each(
        "services", i, "hosts", s.hosts, [&](auto& v) { return index_.has_host(v); }, "host called");
    each(
        "services", i, "needs", s.needs, [&](auto& v) { return service_there(v); }, "service called");
  }

  void account(const Account& a, std::size_t line) {
    if (a.host.empty() || index_.has_host(a.host)) return;
    c_.remarks.error(line, fmt::format("'host': there is no host called '{}'", printable(a.host, 80)));
  }

  void person(std::size_t i, const Person& p) {
    one("people", i, "manager", p.manager, person_there(p.manager), "person with the id", Severity::Error);
    if (!p.id.empty() && p.manager == p.id) c_.remarks.warning(c_.places.line("people", i, "manager"), "this person is said to be their own manager");
    each(
        "people", i, "cases", p.cases, [&](auto& v) { return index_.cases.contains(v); }, "case with the id");
    for (std::size_t k = 0; k < p.accounts.size(); ++k) account(p.accounts[k], c_.places.account(i, k, "host"));
  }

  void legal_case(std::size_t i, const Case& x) {
    confidentiality("cases", i, x.confidentiality);
    each(
        "cases", i, "units", x.units, [&](auto& v) { return index_.has_unit(v); }, "person of the unit", Severity::Warning);
  }

  void item(std::size_t i, const ProtectedItem& x) {
    one("protected", i, "owner", x.owner, person_there(x.owner) || index_.has_unit(x.owner), "person or unit", Severity::Error);
    confidentiality("protected", i, x.confidentiality);
    each(
        "protected", i, "units", x.units, [&](auto& v) { return index_.has_unit(v); }, "person of the unit", Severity::Warning);
    each(
        "protected", i, "roles", x.roles, [&](auto& v) { return index_.has_role(v); }, "person with the role", Severity::Warning);
    each(
        "protected", i, "cases", x.cases, [&](auto& v) { return index_.cases.contains(v); }, "case with the id");
    each(
        "protected", i, "people", x.people, [&](auto& v) { return person_there(v); }, "person with the id");
    // Somebody outside may have to be told too: a mail address that nobody here has is no mistake.
    each(
        "protected", i, "tell", x.tell, [&](auto& v) { return index_.is_somebody(v) || v.find('@') != std::string::npos; },
        "person, unit, role or mail address", Severity::Warning);
    if (x.match.empty() && x.kind != "case" && x.kind != "person") {
      c_.remarks.warning(c_.places.line("protected", i, "id"), fmt::format("'{}' has no 'match': no log can be seen to speak of it", printable(x.id, 80)));
    }
  }

  void known(std::size_t i, const KnownSource& k) {
    each(
        "known", i, "hosts", k.hosts, [&](auto& v) { return index_.has_host(v); }, "host called");
    each(
        "known", i, "people", k.people, [&](auto& v) { return person_there(v); }, "person with the id");
    each(
        "known", i, "accounts", k.accounts, [&](auto& v) { return index_.has_account(v); }, "account called");
    each(
        "known", i, "services", k.services, [&](auto& v) { return service_there(v); }, "service called");
    if (k.addresses.empty() && k.hosts.empty() && k.people.empty() && k.accounts.empty()) {
      c_.remarks.error(c_.places.line("known", i, "kind"), "a known source needs 'addresses', 'hosts', 'people' or 'accounts'");
    }
  }

  void confidentiality(std::string_view section, std::size_t i, const std::string& word) {
    const auto& all = in_.confidentialities;
    if (word.empty() || std::find(all.begin(), all.end(), word) != all.end()) return;
    const std::size_t line = c_.places.line(section, i, "confidentiality");
    if (!all.empty()) return c_.remarks.error(line, fmt::format("'{}' is not among the confidentialities of this file", printable(word, 80)));
    if (!unranked_) c_.remarks.warning(line, "list the 'confidentialities' of the institution, weakest first, so that they can be compared");
    unranked_ = true;
  }

  void ranks() {
    if (in_.confidentialities.size() > 64) c_.remarks.error(c_.places.top("confidentialities"), "more than 64 confidentialities");
  }

  CheckContext& c_;
  const Institution& in_;
  Index index_;
  bool unranked_ = false;
};

}  // namespace
}  // namespace reference_checks

void check_references(CheckContext& c) { reference_checks::Check(c).run(); }

}  // namespace custos::institution
