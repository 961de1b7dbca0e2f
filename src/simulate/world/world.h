// The simulated institution: its machines, people, accounts, networks and cases, with what only the simulation needs to know of them.
// Built by world/build.cc from parameters and a seed; changed by life/ and campaigns/ as time goes by; read by sensors/.
// Lives as long as a run; references to machines and people stay good (they are never erased).
// One thread.
// Refuses nothing.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/institution.h"
#include "simulate/calendar.h"
#include "simulate/deed.h"
#include "simulate/parameters.h"
#include "simulate/rng.h"

namespace custos::simulate {

std::string address_text(std::uint32_t ipv4);

struct Net {
  std::string name, kind;
  std::uint32_t first = 0, size = 0;  // usable addresses
  bool dhcp = false;
};

struct User {  // an account as Windows and the cloud know it
  std::string name, domain, upn, sid, display, object_id;
  std::uint32_t uid = 0;  // Linux
  std::uint32_t person = kNobody;
  bool admin = false;
};

struct Process {
  std::uint32_t pid = 0;
  std::string guid, image, command;
  const User* user = nullptr;  // nullptr: the machine itself (SYSTEM)
  std::uint64_t logon = 0x3e7;
};

enum class Kind : std::uint8_t {
  Workstation, DomainController, FileServer, AppServer, Backup, Scanner, Printer, Web, Bastion, Resolver, Proxy, Database, Mail
};

struct Machine {
  Machine(std::uint32_t i, std::uint64_t seed, std::string_view n) : index(i), rng(seed, n), telemetry(rng), name(n) { telemetry.next(); }

  std::uint32_t index;
  Rng rng;                                             // of the machine's own life
  Rng telemetry;  // of what is logged about it besides: logging more must not change the life
  std::string name, fqdn, account, sid, mac, address;  // address: as of now
  Kind kind = Kind::Workstation;
  bool windows = true, laptop = false, sysmon = true, powered = true;
  std::uint32_t net = 0, owner = kNobody;
  std::uint32_t next_pid = 0x400, port = 49152;
  std::uint64_t next_logon = 0x20000, guid_seed = 0;
  Micros booted = kNoTime;
  Micros skew = 0;                      // what its clock shows minus the time
  Micros cut_off_until = kNoTime;       // its forwarder can't reach the collector before
  std::uint32_t user = kNobody;      // who sits there now; nobody while it is locked
  std::string remote_address;           // outside, while its owner travels or works at home; empty: in the building
  Process services, svchost, explorer;  // the usual parents

  std::uint16_t next_port();
  bool inside() const { return remote_address.empty(); }
};

struct Folder {             // on the file server
  std::string share, path;  // "Cases", "2026-114\\Statements"
  std::uint32_t documents = 0;
  std::string unit;                 // whose
  std::uint32_t dossier = kNobody;  // index of the case
};

struct Colleague {
  Colleague(std::uint32_t i, std::uint64_t seed, std::string_view n) : index(i), rng(seed, n) {}

  std::uint32_t index;
  Rng rng;
  std::string first, last, unit;
  const Role* role = nullptr;
  const User* user = nullptr;
  const User* admin = nullptr;
  std::uint32_t machine = kNobody;
  std::vector<std::uint32_t> cases, folders;  // assigned; used in the course of work
  Span employed;
  std::string browser, phone_agent, home_address;
  std::vector<std::string> habits;  // sites gone to every day
};

struct World {
  const Parameters* parameters = nullptr;
  std::uint64_t seed = 0;
  Calendar calendar;
  Micros begin = 0, end = 0;
  std::vector<Net> nets;
  std::deque<Machine> machines;
  std::deque<User> users;
  std::deque<Colleague> people;
  std::vector<Folder> folders;
  std::vector<Case> cases;
  std::string egress;  // the address that the Internet sees
  std::string tenant, cloud_account, domain_sid;

  Machine& first(Kind k);  // there is one of every kind
  Machine& any(Kind k, Rng& rng);
  Machine* find_machine(std::string_view name);
  std::vector<Machine*> all(Kind k);
  Machine& controller(std::string_view account);  // the domain controller that answers whoever that is
  Machine& proxy_of(const Machine& client);       // the one that its settings name
  const Net& net(std::string_view kind) const;
  std::uint32_t new_address(Rng& rng, std::uint32_t net) const;
  std::string site_address(const Site& site, std::string_view host) const;  // what the Internet's name service answers
  const Site* site(std::string_view domain) const;

  std::map<Kind, std::vector<std::uint32_t>> by_kind;
};

// `hosts` machines in all, servers included; at least 12.
World build_world(const Parameters& parameters, std::uint64_t seed, unsigned hosts, Micros begin, Micros end);
// What an honest administrator would write into institution.yaml about it.
Institution describe(const World& world);

}  // namespace custos::simulate
