// How intruders come by passwords and keys that are not theirs: the memory of lsass, tickets of service accounts, replication of the directory.
// Called by campaigns/; feeds sensors/.
// Nothing is kept.
// One thread.
// Refuses nothing. Log records only: nothing is read from anywhere.
#pragma once

#include "simulate/intruder/place.h"

namespace custos::simulate {

// Rights are raised first where the place has none. Quietly: the loader itself reads; else a dump is written by a program of the system and deleted.
Micros read_lsass(Operation& op, Micros now, const Place& p, bool quietly);
// Kerberos tickets for the accounts of services: all with RC4 in a row, or quietly one with AES at a time, hours apart.
Micros ask_for_tickets(Operation& op, Micros now, const Place& p, bool quietly);
// The rights of replication, used from a computer that is no domain controller.
Micros replicate_directory(Operation& op, Micros now, const Place& p, const User& as);

}  // namespace custos::simulate
