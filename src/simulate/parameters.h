// What the simulation assumes about ordinary life: rates, shares, sizes, programs, sites, faults. All of it published in one file.
// Read from content/simulation/parameters.yml (and a user's file on top); used by world/, life/, sensors/ and campaigns/.
// Plain owned values.
// Immutable once read.
// Refuses unknown keys, wrong types and figures out of range, with the line.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "simulate/rng.h"

namespace custos::simulate {

// A site on the Internet. Bytes are of one connection.
struct Site {
  std::string domain, network, kind;        // kind: work news mail saas cdn update telemetry ads storage
  std::vector<std::string> names;  // host names below the domain, or patterns of them (world/names.h); "" is the domain itself
  double weight = 1;               // how often people go there, relative to other sites of their role
  Spread out, in, seconds;
  int addresses = 1;    // how many it answers from
  int ttl = 300;        // seconds, of its names
  std::string alias;    // what its names are aliases of: a pattern (world/names.h); empty: of nothing
  bool v6 = false;      // has addresses of version 6
  bool direct = false;  // programs reach it past the proxy
};

// A program that people or machines start.
struct Program {
  std::string name, image, command, parent;  // parent: a program's name, or "explorer", "services", "svchost"
  std::string as = "user";                   // user system local-service network-service
  std::string on = "workstation";            // workstation server domain-controller windows (all of them)
  double per_day = 0;                        // on an ordinary working day and machine; 0: only when a task starts it
  Spread seconds{60, 1};                     // how long it runs
  bool awake = true;                         // only while somebody works there
  std::string site;                          // a Site's domain that it talks to
  double connect = 0;                        // connections a start
  std::string company, description;
};

// What people do in their hours, in times an hour.
struct Task {
  std::string name;  // mail documents browse chat files print intranet shell admin-shell remote-desktop cloud-console case-search
  double per_hour = 0;
};

struct Role {
  std::string name, unit;
  double share = 0;                                                      // of all people
  double arrives = 8.75, leaves = 17.5, deviation = 0.6;                 // local hours
  double laptop = 0.5, travels = 0.01, from_home = 0.1, evening = 0.05;  // shares of people or of days
  bool admin = false;
  std::vector<Task> tasks;
  std::vector<std::string> sites;   // kinds of Site
  std::vector<std::string> shares;  // folders besides the unit's own
  double cases = 0;                 // assigned to each person, on average
};

// Events of the operating system that nobody caused in person. `fields` gives choices a field; see sensors/windows_noise.cc for ${...}.
struct Noise {
  std::string event;  // "Sysmon 13"
  std::string on = "windows";
  double per_hour = 0;        // a machine
  bool more = false;          // of `more_noise`
  double per_start = 0;       // of every program that starts there
  double per_connection = 0;  // of every connection that a program makes there
  bool awake = false;   // only while somebody works there
  std::map<std::string, std::vector<std::string>> fields;
};

struct Faults {
  double skewed = 0.05;                                     // share of machines whose clock is wrong
  Spread skew_seconds{30, 1.2};                             // by how much, either way
  double lost = 0.0002, duplicated = 0.0005, late = 0.002;  // shares of records
  Spread delay_seconds{1.5, 0.8}, late_minutes{25, 1};
  double outages = 0.02;  // of a machine's forwarder, a day
  Spread outage_minutes{40, 1};
};

struct Parameters {
  std::string name, domain, netbios;
  int utc_offset = 60;  // minutes
  bool summer_time = true;
  std::set<std::string> holidays;
  double people_per_workstation = 0.9, servers_per_host = 0.12;
  double joiners = 0.3, leavers = 0.3, movers = 0.15;  // people a hundred and week
  double lease_hours = 8;
  int cases = 12, documents = 400;  // documents a case
  std::vector<std::string> first_names, last_names, unit_folders, document_words;
  std::vector<Role> roles;
  std::vector<Site> sites;
  std::vector<Program> programs;
  std::vector<Noise> noise;  // `more_noise` is added to what is there, for other policies of telemetry
  std::map<std::string, double> servers;   // rates of what servers do by themselves: life/servers.cc
  std::map<std::string, double> internet;  // background attacks: life/internet.cc
  std::map<std::string, double> names;     // what is asked of the name service, and how it fails: sensors/network_names.cc, life/asking.cc
  std::map<std::string, double> accounts;  // passwords, tickets and locks: life/signing_on.cc
  std::map<std::string, double> wire;      // how connections end, and which begin in vain: sensors/network.cc
  std::map<std::string, double> mail;      // of the gateway: life/mail.cc
  std::map<std::string, std::vector<std::string>> words;  // names that life draws from: block lists, mail domains, things that are gone
  std::map<std::string, std::map<std::string, double>> campaigns;
  Faults faults;
};

// `text` on top of `base`: lists replace lists, maps and figures are merged.
Result<Parameters> read_parameters(std::string_view text, const std::string& path, Parameters base = {});

}  // namespace custos::simulate
