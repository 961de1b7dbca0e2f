#include "engine/propose/conclude.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include <fmt/format.h>

#include "base/text.h"

namespace custos::engine {
namespace concluding {
namespace {

constexpr std::size_t kBastionSources = 10;    // distinct addresses that log in over SSH
constexpr std::size_t kSharedUsers = 5;        // people who log on at one host
constexpr std::size_t kShareClients = 2;       // a workstation may share a folder with one other
constexpr std::size_t kScannerTargets = 200;   // distinct private addresses, or ports of them
constexpr std::size_t kEgressAccounts = 3;     // accounts that sign in from one public address
constexpr std::uint64_t kLogonsForHours = 50;  // below, working hours would be chance
constexpr std::size_t kDaysForHours = 5;
constexpr int kLongestDay = 28;    // half hours; people who log on around the clock have no working hours
constexpr double kWorkday = 0.25;  // of the busiest weekday's logons

std::string when(const Seen& s) {
  if (s.first == kNoTime) return "without a time";
  const std::string a = to_rfc3339(s.first).substr(0, 10), b = to_rfc3339(s.last).substr(0, 10);
  return a == b ? "on " + a : fmt::format("between {} and {}", a, b);
}

std::string times(std::uint64_t n, std::string_view what) { return n == 0 ? std::string() : fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

std::string listed(std::initializer_list<std::string> parts) {
  std::string out;
  for (const std::string& p : parts) {
    if (!p.empty()) out += (out.empty() ? "" : ", ") + p;
  }
  return out;
}

std::string most_common(const std::map<std::string, std::uint64_t>& counts) {
  std::string best;
  std::uint64_t most = 0;
  for (const auto& [name, n] : counts) {
    if (n > most) {
      most = n;
      best = name;
    }
  }
  return best;
}

class Concluder {
 public:
  explicit Concluder(const Sightings& s) : s_(s) {}

  Conclusion run() {
    out_.found.domain = most_common(s_.domains);
    out_.found.netbios = most_common(s_.netbios);
    networks();
    for (const auto& [key, h] : named_hosts()) host(h);
    for (const auto& [key, a] : joined_accounts()) account(a);
    hours();
    scanners();
    egress();
    for (const auto& [what, n] : s_.left_out) {
      out_.found.remarks.warning(0, fmt::format("there were more {} than are kept: {} sightings of further ones were left out", what, n));
    }
    return std::move(out_);
  }

 private:
  void networks() {
    for (const auto& [cidr, n] : s_.networks) {
      std::size_t members = 0, handed_on = 0;
      for (const std::uint64_t bits : n.members) members += static_cast<std::size_t>(std::popcount(bits));
      for (auto at = s_.holders.lower_bound(cidr.address); at != s_.holders.end() && cidr.holds(at->first); ++at) handed_on += at->second.size() > 1 ? 1 : 0;
      const bool dhcp = n.leases > 0 || handed_on > 1;
      if (dhcp) dhcp_.push_back(cidr);
      if (members < 2) continue;
      Network net;
      const std::string text = text_of(cidr);
      net.name = "net-" + text.substr(0, text.find('/'));
      std::replace(net.name.begin(), net.name.end(), ':', '-');
      net.cidrs = {text};
      net.dhcp = dhcp;
      const std::string change = listed({times(n.leases, "DHCP lease"), handed_on == 0 ? "" : fmt::format("{} addresses had several holders", handed_on)});
      out_.found.networks.push_back(
          {std::move(net), "logs", 0, fmt::format("{} addresses seen {}{}", members, when(n.seen), change.empty() ? "" : "; " + change)});
    }
  }

  // What is known of an address alone belongs to the host that has it, where there is one.
  std::map<std::string, HostSighting> named_hosts() const {
    std::map<std::string, HostSighting> hosts = s_.hosts;
    std::map<Address, std::vector<std::string>> owners;
    for (const auto& [key, h] : s_.hosts) {
      if (!h.own || parse_address(h.name)) continue;
      for (const auto& a : h.addresses) owners[a].push_back(key);
    }
    for (const auto& [key, h] : s_.hosts) {
      const auto a = parse_address(h.name);
      const auto owner = a ? owners.find(*a) : owners.end();
      if (owner == owners.end() || owner->second.size() != 1) continue;
      hosts.at(owner->second.front()).dns += h.dns;
      hosts.erase(key);
    }
    return hosts;
  }

  void host(const HostSighting& h) {
    if (!h.own) return;
    Host x;
    x.name = h.name;
    x.domain = h.domain;
    std::string why;
    const auto role = [&](bool holds, const char* name, const std::string& reason) {
      if (!holds) return;
      x.roles.emplace_back(name);
      why += fmt::format("; {}: {}", name, reason);
    };
    role(h.tickets > 0, "domain-controller", times(h.tickets, "Kerberos ticket"));
    role(h.shares > 0 && h.share_clients.size() >= kShareClients, "file-server",
         fmt::format("{} of shares by {} clients", times(h.shares, "access"), h.share_clients.size()));
    role(h.dns > 0, "dns", times(h.dns, "DNS record"));
    role(h.ssh_sources.size() >= kBastionSources, "bastion", fmt::format("SSH logins from {} addresses", h.ssh_sources.size()));
    role(x.roles.empty() && h.windows, "workstation", h.interactive > 0 ? times(h.interactive, "interactive logon") : "nothing tells otherwise");
    role(x.roles.empty(), "server", "nothing tells otherwise");
    x.shared = h.users.size() >= kSharedUsers;
    if (x.shared) why += fmt::format("; shared: {} people logged on", h.users.size() < 64 ? std::to_string(h.users.size()) : "64 or more");
    for (const auto& a : h.addresses) {
      const auto held = s_.holders.find(a);
      const bool changes =
          std::any_of(dhcp_.begin(), dhcp_.end(), [&](const auto& c) { return c.holds(a); }) || (held != s_.holders.end() && held->second.size() > 1);
      if (!changes && x.addresses.size() < 8) x.addresses.push_back(text_of(a));
    }
    x.macs.assign(h.macs.begin(), h.macs.end());
    out_.found.hosts.push_back({std::move(x), "logs", 0, fmt::format("seen in {} {}{}", times(h.seen.count, "event"), when(h.seen), why)});
  }

  // A user principal name in a cloud and DOMAIN\\name are one account only where its domain is that of the institution's hosts.
  std::map<std::string, AccountSighting> joined_accounts() const {
    std::map<std::string, AccountSighting> all = s_.accounts;
    for (const auto& [key, cloud] : s_.accounts) {
      if (!key.starts_with('@') || out_.found.domain.empty() || out_.found.netbios.empty()) continue;
      if (fold(cloud.upn.substr(cloud.upn.rfind('@') + 1)) != out_.found.domain) continue;
      const auto own = all.find(fold(out_.found.netbios) + "\\" + fold(cloud.name));
      if (own == all.end()) continue;
      own->second.upn = cloud.upn;
      own->second.cloud += cloud.cloud;
      own->second.seen.count += cloud.seen.count - 1;
      own->second.seen.at(cloud.seen.first);
      own->second.seen.at(cloud.seen.last);
      --own->second.seen.count;
      all.erase(key);
    }
    return all;
  }

  std::string new_id(const AccountSighting& a) {
    const std::string name = fold(a.name);
    std::string id = name;
    const std::string domain = fold(a.domain.empty() ? a.upn.substr(a.upn.rfind('@') + 1) : a.domain);
    for (int n = 2; !ids_.insert(id).second; ++n) id = n == 2 && !domain.empty() ? name + "-" + domain : fmt::format("{}-{}", name, n);
    return id;
  }

  void account(const AccountSighting& a) {
    Account x;
    x.name = a.name;
    x.domain = a.domain;
    x.sid = a.sid;
    x.host = a.host;
    x.upn = a.upn;
    const std::uint64_t personal = a.interactive + a.remote_shell + a.cloud;
    const std::string reason = fmt::format("seen in {} {}{}", times(a.seen.count, "event"), when(a.seen), [&] {
      const std::string parts = listed({times(a.interactive, "interactive logon"), times(a.network, "network logon"), times(a.service, "service logon"),
                                        times(a.remote_shell, "SSH login"), times(a.cloud, "cloud sign-in")});
      return parts.empty() ? parts : ": " + parts;
    }());
    const bool root = x.name == "root" || equals_ignore_ascii_case(x.name, "administrator") || a.sid.ends_with("-500");
    if (root) x.kind = "admin";
    if (personal > 0 && a.host.empty() && !root && a.service <= personal) {
      Person p;
      p.id = new_id(a);
      p.accounts = {std::move(x)};
      out_.found.people.push_back({std::move(p), "logs", 0, reason});
      return;
    }
    if (!root) x.kind = a.service > 0 && personal == 0 ? "service" : "shared";
    out_.found.accounts.push_back({std::move(x), "logs", 0, reason});
  }

  void hours() {
    const std::uint64_t all = std::accumulate(s_.half_hours.begin(), s_.half_hours.end(), std::uint64_t{0});
    if (all < kLogonsForHours || s_.days.size() < kDaysForHours) {
      out_.hours_reason = fmt::format("no working hours: {} interactive logons on {} days are too few to tell (it takes {} on {})", all, s_.days.size(),
                                      kLogonsForHours, kDaysForHours);
      return;
    }
    const auto [first, length] = busy_span(s_.half_hours);
    if (length > kLongestDay) {
      out_.hours_reason = fmt::format("no working hours: nine tenths of {} interactive logons spread over {} hours of the day", all, length / 2);
      return;
    }
    WorkingHours h;
    h.begin = first * 30;
    h.end = (first + length) * 30;
    if (h.end > 24 * 60) h.end -= 24 * 60;
    h.days.clear();
    const auto busiest = static_cast<double>(*std::max_element(s_.weekdays.begin(), s_.weekdays.end()));
    for (std::size_t d = 0; d < 7; ++d) {
      if (static_cast<double>(s_.weekdays[d]) >= kWorkday * busiest) h.days.push_back(static_cast<int>(d) + 1);
    }
    out_.hours_reason = fmt::format("nine tenths of {} interactive logons on {} days, in UTC; set the zone and correct the times", all, s_.days.size());
    out_.hours = std::move(h);
  }

  void scanners() {
    for (const auto& [address, s] : s_.sources) {
      if (s.targets.size() < kScannerTargets && s.ports.size() < kScannerTargets) continue;
      const auto number = [](std::size_t n) { return n >= 256 ? std::string("256 or more") : std::to_string(n); };
      out_.to_confirm.push_back({.kind = "scanner", .name = {}, .addresses = {text_of(address)}});
      out_.confirm_reasons.push_back(fmt::format("{} addresses and {} ports of this institution in {} {}", number(s.targets.size()), number(s.ports.size()),
                                                 times(s.seen.count, "connection"), when(s.seen)));
    }
  }

  void egress() {
    for (const auto& [address, o] : s_.outside) {
      if (o.accounts.size() < kEgressAccounts) continue;
      out_.to_confirm.push_back({.kind = "egress", .name = {}, .addresses = {text_of(address)}});
      out_.confirm_reasons.push_back(fmt::format("{} accounts signed in from here {}", o.accounts.size(), when(o.seen)));
    }
  }

  const Sightings& s_;
  Conclusion out_;
  std::vector<Cidr> dhcp_;
  std::set<std::string> ids_;
};

}  // namespace
}  // namespace concluding

std::pair<int, int> busy_span(const std::array<std::uint64_t, 48>& counts) {
  const std::uint64_t all = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  const std::uint64_t wanted = all - all / 10;
  for (int length = 1; length < 48; ++length) {
    int best = -1;
    std::uint64_t most = 0;
    for (int first = 0; first < 48; ++first) {
      std::uint64_t sum = 0;
      for (int i = 0; i < length; ++i) sum += counts[static_cast<std::size_t>((first + i) % 48)];
      if (sum > most) {
        most = sum;
        best = first;
      }
    }
    if (best >= 0 && most >= wanted) return {best, length};
  }
  return {0, 48};
}

Conclusion conclude(const Sightings& s) { return concluding::Concluder(s).run(); }

}  // namespace custos::engine
