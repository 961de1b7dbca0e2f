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

// The parts, one file each in life/.
using Software = std::shared_ptr<const Programs>;
void add_people(Scene& scene, Actors& actors, const Software& programs);  // workdays, travel, home, mail, documents, the web, administration
void add_machines(Scene& scene, Actors& actors,
                  const Software& programs);           // what computers do without anybody: programs, updates, noise of the operating system
void add_servers(Scene& scene, Actors& actors);        // backups, scans, monitoring, jobs, replication, cloud services
void add_staff_changes(Scene& scene, Actors& actors);  // joiners, movers, leavers
void add_internet(Scene& scene, Actors& actors);       // strangers at the door, every day; the public web site's readers
void add_faults(Scene& scene, Actors& actors);         // outages of forwarders, restarts

}  // namespace custos::simulate
