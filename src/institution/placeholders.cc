#include "institution/placeholders.h"

#include <algorithm>

namespace custos::institution {
namespace {

using Values = std::vector<std::string>;

bool has_role(const Host& h, std::string_view role) { return std::find(h.roles.begin(), h.roles.end(), role) != h.roles.end(); }

void append(Values& to, const Values& more) { to.insert(to.end(), more.begin(), more.end()); }

}  // namespace

std::map<std::string, Values> placeholders(const Institution& in) {
  std::map<std::string, Values> out;
  for (const Host& h : in.hosts) {
    if (!has_role(h, "domain-controller")) continue;
    out["domain_controllers"].push_back(h.name);
    // The two names by which public rules ask for the same.
    for (const char* name : {"domain_controller_accounts", "dc_machine_accounts", "DC-MACHINE-NAME"}) out[name].push_back(h.name + "$");
    append(out["domain_controller_addresses"], h.addresses);
  }
  const auto account = [&out](const Account& a) {
    if (a.kind == "admin" || a.kind == "service" || a.kind == "shared") out[a.kind + "_accounts"].push_back(a.name);
  };
  for (const Account& a : in.accounts) account(a);
  for (const Person& p : in.people) std::for_each(p.accounts.begin(), p.accounts.end(), account);
  for (const KnownSource& k : in.known) {
    if (k.kind == "directory-sync") append(out["directory_sync_accounts"], k.accounts);
    if (k.kind == "scanner") append(out["scanner_addresses"], k.addresses);
    if (k.kind == "egress") append(out["egress_addresses"], k.addresses);
  }
  std::erase_if(out, [](const auto& entry) { return entry.second.empty(); });
  return out;
}

}  // namespace custos::institution
