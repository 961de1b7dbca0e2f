#include "engine/incidents/surroundings.h"

#include <algorithm>

#include "base/text.h"
#include "model/incident.h"

namespace custos::engine {
namespace surrounding {

using correlate::Nature;

constexpr std::size_t kFewAccounts = 4, kFewHosts = 8, kFewOutside = 3;

bool has_role(const Host& h, std::initializer_list<std::string_view> of) {
  return std::any_of(h.roles.begin(), h.roles.end(), [&](const std::string& r) { return std::find(of.begin(), of.end(), r) != of.end(); });
}

}  // namespace surrounding

Known::Known(const Institution& institution, const Reach* reach, std::span<const correlate::Item> items) : institution_(institution), reach_(reach) {
  for (const Host& h : institution.hosts) {
    hosts_.emplace(fold(h.name), &h);
    for (const std::string& alias : h.aliases) hosts_.emplace(fold(alias), &h);
  }
  for (const KnownSource& s : institution.known) {
    if (s.kind != "scanner") continue;
    for (const std::string& h : s.hosts) scanners_.insert(fold(h));
    for (const std::string& a : s.addresses) scanners_.insert(fold(a));
  }
  for (const Account& a : institution.accounts) {
    if (a.kind == "service" || a.kind == "shared") services_.insert(fold(a.domain.empty() ? a.name : a.domain + "\\" + a.name));
  }
  for (const correlate::Item& item : items) {
    for (const correlate::Mention& m : item.mentions) {
      for (const correlate::Mention& o : item.mentions) {
        if (o.kind == (m.kind == "host" ? "account" : "host") && m.kind != o.kind) beside_[m.key()].insert(o.value);
      }
    }
  }
}

// By the logs; where they don't speak of it, by the findings.
std::size_t Known::others(std::string_view kind, std::string_view value) const {
  std::size_t n = 0;
  if (const auto at = beside_.find(std::string(kind) + " " + std::string(value)); at != beside_.end()) n = at->second.size();
  if (reach_ == nullptr) return n;
  const Reached* known = reach_->of(value);
  if (known != nullptr) return std::max<std::size_t>(n, known->others);
  return reach_->crowded() ? Reach::kMany : n;
}

correlate::Nature Known::of_host(std::string_view name) const {
  using namespace surrounding;
  if (const auto at = hosts_.find(name); at != hosts_.end()) {
    const Host& h = *at->second;
    if (has_role(h, {"domain-controller", "proxy", "dns", "scanner", "printer"})) return Nature::Common;
    if (h.shared || has_role(h, {"server", "file-server", "mail", "web", "database", "bastion", "backup"})) return Nature::Shared;
    return Nature::Personal;
  }
  const std::size_t n = others("host", name);
  return n <= kFewAccounts ? Nature::Personal : n < Reach::kMany ? Nature::Shared : Nature::Common;
}

correlate::Nature Known::of_account(std::string_view name) const {
  using namespace surrounding;
  if (services_.contains(name)) return Nature::Shared;
  const std::size_t n = others("account", name);
  return n <= kFewHosts ? Nature::Personal : n < Reach::kMany ? Nature::Shared : Nature::Common;
}

correlate::Nature Known::of_outside(std::string_view name) const {
  using namespace surrounding;
  const std::string& domain = institution_.domain;
  if (!domain.empty() && (name == domain || (name.size() > domain.size() && name.ends_with(domain) && name[name.size() - domain.size() - 1] == '.'))) {
    return Nature::Common;
  }
  const bool is_name = name.find_first_not_of("0123456789.") != std::string_view::npos && name.find(':') == std::string_view::npos;
  const std::size_t n = others(is_name ? "domain" : "address", name);
  return n <= kFewOutside ? Nature::Personal : n < Reach::kMany ? Nature::Shared : Nature::Common;
}

correlate::Nature Known::nature(std::string_view kind, std::string_view value) const {
  if (kind == "host") return of_host(value);
  if (kind == "account") return of_account(value);
  if (kind == "address" || kind == "domain") return of_outside(value);
  return correlate::Nature::Personal;
}

std::string Known::explains(const correlate::Item& item) const {
  // Knocking is what a scanner is for, and logging on everywhere with the account that is made for it; whatever else it does is not.
  const auto& tactics = item.finding->rule->tactics;
  const bool with_its_account =
      std::all_of(item.mentions.begin(), item.mentions.end(), [&](const correlate::Mention& m) { return m.kind != "account" || services_.contains(m.value); });
  const bool knocks = std::all_of(tactics.begin(), tactics.end(), [&](const std::string& t) {
    const auto stage = stage_named(t);
    return !stage || *stage == Stage::Discovery || *stage == Stage::Reconnaissance || (*stage == Stage::LateralMovement && with_its_account);
  });
  if (!knocks || tactics.empty()) return {};
  for (const correlate::Mention& m : item.mentions) {
    if ((m.kind == "host" || m.kind == "address") && m.part == Part::From && scanners_.contains(m.value)) return m.value + " is the institution's scanner";
  }
  return {};
}

correlate::Surroundings Known::surroundings() const {
  return {[this](std::string_view kind, std::string_view value) { return nature(kind, value); },
          [this](std::string_view, std::string_view value) {
            const Reached* known = reach_ == nullptr ? nullptr : reach_->of(value);
            return known == nullptr ? kNoTime : known->first;
          }};
}

}  // namespace custos::engine
