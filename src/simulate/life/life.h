// Ordinary life: who is there on a normal day and what each does by itself.
// Called by simulate.cc; one actor a person, a machine, a service, the Internet.
// Actors live as long as the run and refer to the scene's world.
// One thread.
// Refuses nothing.
#pragma once

#include <memory>

#include "simulate/life/programs.h"
#include "simulate/scene.h"

namespace custos::simulate {

Actors ordinary_life(Scene& scene);

// Of `names:`, `accounts:` and `words:` in the parameters; 0 and nothing where there is none.
double names_figure(const Scene& scene, const char* name);
double accounts_figure(const Scene& scene, const char* name);
const std::vector<std::string>& words_of(const Scene& scene, const char* name);
inline Answer no_such_name(int ttl) { return {.rcode = "NXDOMAIN", .values = {}, .ttl = ttl, .aliases = {}}; }
// Who is behind an address of the Internet: a PTR question, and no such name where its provider gave it none. Returns the name.
std::string ask_reverse(Scene& scene, const Act& act, Machine& from, std::string_view address);
// A computer looks for its domain: SRV records and the controller's address.
void locate_domain(Scene& scene, const Act& act, Machine& m);
// Is there a proxy that configures itself? There is not.
void look_for_proxy(Scene& scene, const Act& act, Machine& m, const Process* by);

// The parts, one file each in life/.
using Software = std::shared_ptr<const Programs>;
void add_people(Scene& scene, Actors& actors, const Software& programs);  // workdays, travel, home, mail, documents, the web, administration
void add_machines(Scene& scene, Actors& actors,
                  const Software& programs);           // what computers do without anybody: programs, updates, noise of the operating system
void add_questions(Scene& scene, Actors& actors);      // what computers ask the name service and call out by themselves, clocks that are set
void add_mail(Scene& scene, Actors& actors);           // the mail gateway: letters in and out, and what it asks before it takes one
void add_servers(Scene& scene, Actors& actors);        // backups, scans, monitoring, jobs, replication, cloud services
void add_staff_changes(Scene& scene, Actors& actors);  // joiners, movers, leavers
void add_internet(Scene& scene, Actors& actors);       // strangers at the door, every day; the public web site's readers
void add_faults(Scene& scene, Actors& actors);         // outages of forwarders, restarts

}  // namespace custos::simulate
