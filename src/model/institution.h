// The institution: what it has, who works there, what must be protected. All that custos knows beforehand, and all of it optional.
// Read by institution/ from institution.yaml, directories and logs; used by rules (placeholders), behavior, correlate and respond.
// Plain owned values; texts are as written in the file.
// Immutable once read.
// Refuses nothing itself: institution/file.cc checks references, times, networks. docs/formats/institution.md has the file.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace custos {

// From the first instant to the one after the last; kNoTime is an open end.
struct Span {
  Micros from = kNoTime, until = kNoTime;
  bool holds(Micros t) const { return (from == kNoTime || t >= from) && (until == kNoTime || t < until); }
  bool operator==(const Span&) const = default;
};

// When people work: minutes after midnight in `zone` (IANA, "Europe/Amsterdam"), days 1 (Monday) to 7. `end` before `begin`: through midnight.
struct WorkingHours {
  std::string zone = "UTC";
  std::vector<int> days = {1, 2, 3, 4, 5};
  int begin = 8 * 60, end = 18 * 60;
  std::vector<std::string> holidays;  // "2026-12-25"
  bool operator==(const WorkingHours&) const = default;
};

struct Network {
  std::string name;                // "office"
  std::vector<std::string> cidrs;  // "10.20.4.0/22", "2001:db8::/48"
  std::string kind;                // office server dmz management vpn guest cloud egress
  bool dhcp = false;               // addresses change hands
  bool nat = false;                // many hosts behind one address
  bool operator==(const Network&) const = default;
};

struct Host {
  std::string name;                    // the short name, "ws-014"
  std::string domain;                  // "court.example.org"; may be empty
  std::vector<std::string> aliases, addresses, macs;
  std::vector<std::string> roles;      // workstation server domain-controller file-server mail web dns database proxy bastion backup scanner printer phone
  std::string os, network, owner;      // owner: a Person's id
  bool shared = false;                 // many people's sessions: a terminal server, a meeting room
  Span in_use;
  bool operator==(const Host&) const = default;
};

// Something the institution can't work without (or can).
struct Service {
  std::string name;
  std::vector<std::string> hosts, needs;  // needs: names of other services it stands on
  int minimum = 1;                        // hosts that must run for it to work
  bool core = false;                      // must keep running while an intruder is contained
  std::optional<WorkingHours> hours;      // none: always
  bool operator==(const Service&) const = default;
};

// One name that logs in. The same account may be written in several ways.
struct Account {
  std::string name;                   // "m.osei"
  std::string domain;                 // NetBIOS: "COURT"; empty for a local or Linux account
  std::string upn, sid, display_name; // "m.osei@court.example.org", "S-1-5-21-...", "Osei, Mercy"
  std::string kind = "person";        // person admin service shared machine
  std::string host;                   // a local account's host
  Span in_use;
  bool disabled = false;              // nobody can log in with it
  Micros password_set = kNoTime;
  bool operator==(const Account&) const = default;
};

struct Person {
  std::string id;  // stable, "p-0042" or "m.osei"
  std::string name, mail, unit, role, manager;
  std::vector<Account> accounts;
  std::vector<std::string> cases;     // ids of the cases assigned
  std::optional<WorkingHours> hours;  // none: the institution's
  Span employed;
  std::map<std::string, Span> assigned;  // since and until when, of those of `cases` where it is known
  std::vector<std::string> named_to;     // audiences of reports that may read the name: leadership, authority
  bool operator==(const Person&) const = default;
};

struct Case {
  std::string id, title, confidentiality;
  std::vector<std::string> units;  // besides those assigned, whose work it is
  Span open;
  std::vector<std::string> named_to;  // as Person::named_to
  bool operator==(const Case&) const = default;
};

// What must not be read, copied or lost. `match` says how logs write it: share paths, folders, mailbox addresses, URLs; a `*` is any text.
struct ProtectedItem {
  std::string id, kind;               // share folder mailbox repository case person
  std::string title, owner;           // owner: a Person's id or a unit
  std::string confidentiality;        // the institution's own words, weakest first in Institution::confidentialities
  std::vector<std::string> match;
  std::vector<std::string> units, roles, cases, people;  // whose work calls for it
  std::vector<std::string> tell;      // who must be told when it was touched
  std::vector<std::string> named_to;  // as Person::named_to
  bool operator==(const ProtectedItem&) const = default;
};

// Something nobody has a reason to touch.
struct Canary {
  std::string kind, value;  // account file share host domain mailbox; value as ProtectedItem::match
  std::string note;
  bool operator==(const Canary&) const = default;
};

// Known not to be an intruder: a scanner, an address through which the institution appears outside, an operator's own way in.
struct KnownSource {
  std::string kind;  // scanner egress operator monitoring directory-sync
  std::string name;
  std::vector<std::string> addresses = {}, hosts = {}, people = {}, accounts = {}, targets = {}, services = {};  // accounts: names without the domain
  bool operator==(const KnownSource&) const = default;
};

struct Institution {
  std::string name, domain, netbios;
  std::vector<std::string> confidentialities;  // weakest first
  WorkingHours hours;
  std::vector<Network> networks;
  std::vector<Host> hosts;
  std::vector<Service> services;
  std::vector<Person> people;
  std::vector<Account> accounts;  // of nobody in person: services, shared ones
  std::vector<Case> cases;
  std::vector<ProtectedItem> items;
  std::vector<Canary> canaries;
  std::vector<KnownSource> known;
  bool operator==(const Institution&) const = default;
};

}  // namespace custos
