// What logs betray of an institution: hosts and their roles, accounts, networks, working hours. Counts only, in bounded memory.
// Filled by propose.cc from every batch; read by conclude.cc.
// Owned values; the batches may go.
// One thread.
// Refuses new entries past its caps (Caps) and counts them. The order of events makes no difference while no cap is reached.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "institution/institution.h"
#include "model/batch.h"

namespace custos::engine {

struct Caps {
  std::size_t hosts = 20'000, accounts = 50'000, networks = 4'096, addresses = 65'536, sources = 5'000, outside = 5'000, days = 4'000;
  std::size_t few = 64;       // distinct clients, users, holders kept of one thing
  std::size_t targets = 256;  // distinct targets kept of one source
};

struct Seen {
  std::uint64_t count = 0;
  Micros first = kNoTime, last = kNoTime;
  void at(Micros t);
};

// Distinct texts by their hashes, up to a cap.
class Distinct {
 public:
  void add(std::string_view s, std::size_t cap);
  std::size_t size() const { return hashes_.size(); }

 private:
  std::vector<std::uint64_t> hashes_;  // sorted
};

struct HostSighting {
  std::string name, domain;
  bool own = false;  // events of its own, or an account or lease of its own: not only a name that a client gave itself
  bool windows = false;
  Seen seen;
  std::uint64_t tickets = 0, shares = 0, dns = 0, ssh = 0, interactive = 0;
  Distinct share_clients, ssh_sources, users;
  std::set<Address> addresses;  // up to Caps::few
  std::set<std::string> macs;
};

struct AccountSighting {
  std::string name, domain, upn, sid, host;  // as first seen; host: of a local account
  Seen seen;
  std::uint64_t interactive = 0, network = 0, service = 0, remote_shell = 0, cloud = 0;
  Distinct hosts;
};

struct NetworkSighting {
  std::array<std::uint64_t, 4> members{};  // bits of a /24
  Seen seen;
  std::uint64_t leases = 0;
};

struct SourceSighting {
  Seen seen;
  Distinct targets, ports;
};

struct OutsideSighting {  // a public address from which people sign in to the cloud
  Seen seen;
  Distinct accounts;
};

class Sightings {
 public:
  explicit Sightings(const Caps& caps) : caps_(caps) {}

  // All batches must share their Names and LogSources.
  void see(const Batch& batch);

  std::map<std::string, HostSighting> hosts;        // by short name, folded
  std::map<std::string, AccountSighting> accounts;  // by "domain\name", folded; of clouds by "@" and the user principal name
  std::map<Cidr, NetworkSighting, bool (*)(const Cidr&, const Cidr&)> networks{
      [](const Cidr& a, const Cidr& b) { return a.before(b); }};
  std::map<Address, Distinct> holders;  // of private addresses: names and MACs that had them
  std::map<Address, SourceSighting> sources;
  std::map<Address, OutsideSighting> outside;
  std::array<std::uint64_t, 48> half_hours{};  // interactive logons by time of the day, UTC
  std::array<std::uint64_t, 7> weekdays{};
  std::set<std::int64_t> days;                    // on which there were any
  std::map<std::string, std::uint64_t> domains;   // DNS domains of hosts
  std::map<std::string, std::uint64_t> netbios;   // of accounts that are not local
  std::map<std::string, std::uint64_t> left_out;  // what a cap left out: "hosts" -> sightings

 private:
  friend class Look;
  static constexpr int kSlots = 48;
  using Row = std::array<std::string_view, kSlots>;

  int slot_of(const Names& names, NameId id);
  int kind_of(const LogSources& sources, LogSourceId id);

  HostSighting* host(std::string_view name, Micros t);
  AccountSighting* account(std::string_view name, std::string_view domain, std::string_view computer, Micros t);
  AccountSighting* account_entry(std::string key, std::string_view name);
  // Of addresses that are not private only those that a sensor calls its own (`ours`).
  void address(std::string_view text, std::string_view holder, HostSighting* host, Micros t, bool lease, bool ours = false);
  void flow(std::string_view from, std::string_view to, std::string_view port, Micros t, bool ours = false);
  void interactive(Micros t);
  void cloud(std::string_view user, std::string_view from, Micros t);

  const Caps caps_;
  std::vector<int> slots_;  // by NameId: -1 none, -2 not looked at yet
  std::vector<int> kinds_;  // by LogSourceId
};

}  // namespace custos::engine
