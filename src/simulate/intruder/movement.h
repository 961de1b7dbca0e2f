// From one computer to the next with an account that may: a service, WMI, or remote desktop.
// Called by campaigns/; feeds sensors/.
// The place it returns stays good until the time that stands beside it.
// One thread.
// Refuses nothing: whether the other computer is on is the caller's business.
#pragma once

#include "simulate/intruder/place.h"

namespace custos::simulate {

enum class Way : std::uint8_t { Service, Wmi, RemoteDesktop };

struct Arrival {
  Place place;
  Micros done = 0;        // the next thing may be done there
  Micros until = kNever;  // a desktop session ends
};
Arrival move(Operation& op, Micros now, const Place& from, Machine& to, const User& as, Way way);
// A logon over the network with that account, and what carries it. No label of its own.
Session network_logon(Operation& op, const Act& act, Machine& from, Machine& to, const User& as, std::uint16_t port, Micros lasts, const Process* by);

}  // namespace custos::simulate
