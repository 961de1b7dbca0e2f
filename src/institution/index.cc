#include "institution/index.h"

#include "institution/checks/checks.h"

namespace custos::institution {

std::string full_name(const Host& h) { return h.domain.empty() || h.name.find('.') != std::string::npos ? h.name : h.name + "." + h.domain; }

std::string full_name(const Account& a) {
  if (!a.domain.empty()) return a.domain + "\\" + a.name;
  return a.host.empty() ? a.name : a.host + "\\" + a.name;
}

Index::Index(const Institution& in) {
  for (std::size_t i = 0; i < in.people.size(); ++i) {
    const Person& p = in.people[i];
    people.emplace(p.id, i);
    if (!p.unit.empty()) units.insert(name_key(p.unit));
    if (!p.role.empty()) roles.insert(name_key(p.role));
    if (!p.mail.empty()) mails.insert(name_key(p.mail));
    for (const Account& a : p.accounts) accounts.insert(name_key(a.name));
  }
  for (const Account& a : in.accounts) accounts.insert(name_key(a.name));
  for (std::size_t i = 0; i < in.cases.size(); ++i) cases.emplace(in.cases[i].id, i);
  for (std::size_t i = 0; i < in.items.size(); ++i) items.emplace(in.items[i].id, i);
  for (std::size_t i = 0; i < in.services.size(); ++i) services.emplace(name_key(in.services[i].name), i);
  for (std::size_t i = 0; i < in.networks.size(); ++i) networks.emplace(name_key(in.networks[i].name), i);
  const auto add = [this](const std::string& name, std::size_t i) {
    auto& at = hosts[name_key(name)];
    if (at.empty() || at.back() != i) at.push_back(i);
  };
  for (std::size_t i = 0; i < in.hosts.size(); ++i) {
    add(in.hosts[i].name, i);
    add(full_name(in.hosts[i]), i);
    for (const std::string& a : in.hosts[i].aliases) add(a, i);
  }
}

bool Index::has_host(std::string_view name) const { return hosts.contains(name_key(name)); }
bool Index::has_account(std::string_view name) const { return accounts.contains(name_key(name)); }
bool Index::has_unit(std::string_view name) const { return units.contains(name_key(name)); }
bool Index::has_role(std::string_view name) const { return roles.contains(name_key(name)); }

bool Index::is_somebody(std::string_view name) const {
  return people.contains(std::string(name)) || has_unit(name) || has_role(name) || mails.contains(name_key(name));
}

}  // namespace custos::institution
