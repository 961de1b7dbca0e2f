#include "engine/propose/sightings.h"

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"

namespace custos::engine {
namespace sighting {
namespace {

constexpr std::size_t kNameBytes = 256;

// Accounts that every machine has and nobody logs in with.
bool is_built_in(std::string_view name, std::string_view domain) {
  constexpr auto kDomains =
      std::to_array<std::string_view>({"NT AUTHORITY", "NT SERVICE", "Window Manager", "Font Driver Host", "IIS APPPOOL", "NT VIRTUAL MACHINE"});
  constexpr auto kNames =
      std::to_array<std::string_view>({"-", "SYSTEM", "LOCAL SERVICE", "NETWORK SERVICE", "ANONYMOUS LOGON", "(unknown)", "unknown", "N/A"});
  const auto is = [](std::string_view s) { return [s](std::string_view x) { return equals_ignore_ascii_case(s, x); }; };
  return name.empty() || std::any_of(kNames.begin(), kNames.end(), is(name)) || std::any_of(kDomains.begin(), kDomains.end(), is(domain)) ||
         name.starts_with("DWM-") || name.starts_with("UMFD-");
}

// A name that may stand in a file: no blanks around, printable, not overlong.
bool is_name(std::string_view s) {
  return !s.empty() && s.size() <= kNameBytes && s.front() != ' ' && s.back() != ' ' &&
         std::none_of(s.begin(), s.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '\\' || c == '/' || c == '"'; });
}

std::string first_label_upper(std::string_view domain) {
  std::string s(domain.substr(0, domain.find('.')));
  std::transform(s.begin(), s.end(), s.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return s;
}

}  // namespace
}  // namespace sighting

void Seen::at(Micros t) {
  ++count;
  if (t == kNoTime) return;
  if (first == kNoTime || t < first) first = t;
  if (last == kNoTime || t > last) last = t;
}

void Distinct::add(std::string_view s, std::size_t cap) {
  const std::uint64_t h = hash64(s);
  const auto at = std::lower_bound(hashes_.begin(), hashes_.end(), h);
  if ((at == hashes_.end() || *at != h) && hashes_.size() < cap) hashes_.insert(at, h);
}

HostSighting* Sightings::host(std::string_view name, Micros t) {
  while (name.ends_with('.')) name.remove_suffix(1);
  if (!sighting::is_name(name) || equals_ignore_ascii_case(name, "localhost") || name == "-") return nullptr;
  const bool address = parse_address(name).has_value();
  const std::size_t dot = address ? std::string_view::npos : name.find('.');
  const std::string_view shortened = name.substr(0, dot);
  if (shortened.empty()) return nullptr;
  std::string key = fold(shortened);
  auto at = hosts.find(key);
  if (at == hosts.end()) {
    if (hosts.size() >= caps_.hosts) {
      ++left_out["hosts"];
      return nullptr;
    }
    at = hosts.emplace(std::move(key), HostSighting{}).first;
    at->second.name = fold(shortened);
  }
  if (dot != std::string_view::npos) {
    std::string domain = fold(name.substr(dot + 1));
    if (domains.size() < 1'000 || domains.contains(domain)) ++domains[domain];
    // The same for any order of events: of several domains the first by name.
    if (at->second.domain.empty() || domain < at->second.domain) at->second.domain = std::move(domain);
  }
  at->second.seen.at(t);
  return &at->second;
}

AccountSighting* Sightings::account(std::string_view name, std::string_view domain, std::string_view computer, Micros t) {
  std::string_view upn;
  if (const std::size_t at = name.find('@'); at != std::string_view::npos) {
    upn = name;
    if (domain.empty() || domain == "-") domain = name.substr(at + 1);
    name = name.substr(0, at);
  }
  if (sighting::is_built_in(name, domain) || !sighting::is_name(name) || name.ends_with('$') ||
      (!domain.empty() && domain != "-" && !sighting::is_name(domain)))
    return nullptr;
  const std::string computer_name = fold(computer.substr(0, computer.find('.')));
  const bool local = !domain.empty() && fold(domain) == computer_name;
  const std::string windows_domain = local || domain == "-" ? std::string() : sighting::first_label_upper(domain);
  std::string key = fold(local ? computer_name : windows_domain) + "\\" + fold(name);
  AccountSighting* entry = account_entry(std::move(key), name);
  if (entry == nullptr) return nullptr;
  AccountSighting& a = *entry;
  a.domain = windows_domain;
  if (local) a.host = computer_name;
  if (!upn.empty() && (a.upn.empty() || upn < a.upn)) a.upn = std::string(upn);
  if (!windows_domain.empty() && (netbios.size() < 1'000 || netbios.contains(windows_domain))) ++netbios[windows_domain];
  if (!computer_name.empty()) a.hosts.add(computer_name, caps_.few);
  a.seen.at(t);
  return &a;
}

AccountSighting* Sightings::account_entry(std::string key, std::string_view name) {
  auto it = accounts.find(key);
  if (it == accounts.end()) {
    if (accounts.size() >= caps_.accounts) {
      ++left_out["accounts"];
      return nullptr;
    }
    it = accounts.emplace(std::move(key), AccountSighting{}).first;
    it->second.name = std::string(name);
  }
  // Directories write names in one way, clients as typed: the first by bytes is the same for any order.
  if (name < it->second.name) it->second.name = std::string(name);
  return &it->second;
}

void Sightings::address(std::string_view text, std::string_view holder, HostSighting* host, Micros t, bool lease, bool ours) {
  const auto a = parse_address(text);
  if (!a || !(is_private(*a) || (ours && is_public(*a)))) return;
  const Cidr network = network_of(*a, 24, 64);
  auto at = networks.find(network);
  if (at == networks.end()) {
    if (networks.size() >= caps_.networks) {
      ++left_out["networks"];
      return;
    }
    at = networks.emplace(network, NetworkSighting{}).first;
  }
  const std::uint8_t last = a->bytes[15];
  at->second.members[last / 64] |= 1ull << (last % 64);
  at->second.seen.at(t);
  if (lease) ++at->second.leases;
  if (host != nullptr && (host->addresses.size() < caps_.few || host->addresses.contains(*a))) host->addresses.insert(*a);
  if (holder.empty()) return;
  if (holders.size() >= caps_.addresses && !holders.contains(*a)) {
    ++left_out["addresses"];
    return;
  }
  holders[*a].add(fold(holder), 4);
}

void Sightings::flow(std::string_view from, std::string_view to, std::string_view port, Micros t, bool ours) {
  const auto source = parse_address(from);
  const auto target = parse_address(to);
  address(from, {}, nullptr, t, false, ours);
  if (!source || !is_private(*source)) return;
  if (!target || !is_private(*target)) return;
  auto at = sources.find(*source);
  if (at == sources.end()) {
    if (sources.size() >= caps_.sources) {
      ++left_out["sources of connections"];
      return;
    }
    at = sources.emplace(*source, SourceSighting{}).first;
  }
  at->second.seen.at(t);
  at->second.targets.add(to, caps_.targets);
  at->second.ports.add(port, caps_.targets);
}

void Sightings::interactive(Micros t) {
  if (t == kNoTime) return;
  const std::int64_t day = t >= 0 ? t / kDay : (t - kDay + 1) / kDay;
  const auto of_day = t - day * kDay;
  ++half_hours[static_cast<std::size_t>(of_day / (1800 * kSecond))];
  ++weekdays[static_cast<std::size_t>(((day + 3) % 7 + 7) % 7)];
  if (days.size() < caps_.days) days.insert(day);
}

void Sightings::cloud(std::string_view user, std::string_view from, Micros t) {
  const std::size_t sign = user.rfind('@');
  if (sign == std::string_view::npos || !sighting::is_name(user) || !sighting::is_name(user.substr(0, sign))) return;
  // A tenant's domain need not be the directory's: conclude() joins the two where that is sure.
  AccountSighting* a = account_entry("@" + fold(user), user.substr(0, sign));
  if (a == nullptr) return;
  if (a->upn.empty() || user < a->upn) a->upn = std::string(user);
  a->seen.at(t);
  ++a->cloud;
  interactive(t);
  const auto address = parse_address(from);
  if (!address || !is_public(*address)) return;
  auto at = outside.find(*address);
  if (at == outside.end()) {
    if (outside.size() >= caps_.outside) {
      ++left_out["public addresses"];
      return;
    }
    at = outside.emplace(*address, OutsideSighting{}).first;
  }
  at->second.seen.at(t);
  at->second.accounts.add(fold(user), caps_.few);
}

}  // namespace custos::engine
