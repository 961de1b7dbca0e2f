// The first computer an intruder holds: how they got in, the loader they left there, how it comes back after a restart.
// Made by campaigns/; kept alive by intruder/beacon.
// Lives in the campaign; refers to its person and machine.
// One thread.
// Refuses nothing.
#pragma once

#include <string>

#include "simulate/intruder/outside.h"

namespace custos::simulate {

struct Foothold {
  Colleague* who = nullptr;
  Place place;                       // as the loader
  std::string image, command, task;  // task: empty where a run key starts it
  Server delivery;                   // where the loader came from
  Micros since = kNever;             // when the loader was last started
  bool alive() const { return place.machine != nullptr && place.machine->powered; }
};

// Mail with an attachment that somebody at their desk opens: initial access, execution, persistence. Returns when that is done.
Micros open_attachment(Operation& op, Micros now, Colleague& who, Foothold& out);
// With a stolen password through the VPN and remote desktop, when nobody sits there. The same three.
Micros come_by_vpn(Operation& op, Micros now, Colleague& who, Foothold& out);
// After a restart the loader is started again; does nothing where it still runs.
void come_back(Operation& op, Micros now, Foothold& f);

// An address of the VPN's network, and the sign-in that gets it. `prompts`: second factors refused before one is granted.
std::string vpn_address(Operation& op, const Act& act, const User& who, const Outsider& from, unsigned prompts);
// Remote desktop from such an address. The session lasts that long.
Place desktop_from(Operation& op, const Act& act, const std::string& from, Machine& to, const User& as, Micros lasts);

}  // namespace custos::simulate
