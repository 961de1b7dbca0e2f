// Whom intruders look for: people by what they may reach, computers that are on.
// Called by campaigns/ and intruder/; feeds their choices.
// Pointers into the world, good as long as the run.
// One thread.
// Refuses nothing: a world without such a person gives an empty list or nullptr.
#pragma once

#include <functional>
#include <vector>

#include "simulate/intruder/operation.h"

namespace custos::simulate {

// People who are there from the first day of the run to the last, each with a Windows computer nobody shares, in drawn order.
std::vector<Colleague*> regulars(Operation& op, const std::function<bool(const Colleague&)>& suits);
// Employed from the first day of the run to the last. Campaigns that are made later may change that, so it is asked again when a campaign begins.
bool stays(const World& w, const Colleague& c);
// The first of them who stays; nullptr where nobody does.
Colleague* one_who_stays(const World& w, const std::vector<Colleague*>& of);
// Who holds the keys: an administrator; where there is none, the account of the backups on its server.
struct Keys {
  const User* account = nullptr;  // the powerful one
  const User* cloud = nullptr;    // the one that signs in at the cloud
  Machine* desk = nullptr;
  std::uint32_t person = kNobody;
};
Keys keys(Operation& op);
// How many folders somebody of that kind may read: those of the cases and of the unit.
double reach(const World& w, const Colleague& c);

Machine& machine_of(World& w, const Colleague& c);
bool at_work(World& w, const Colleague& c);               // awake at their computer, wherever it is
bool at_desk(World& w, const Colleague& c);               // there, awake, in the building
bool reachable(const Machine& m);                         // on and in the building
const User* service_user(const World& w, std::size_t n);  // the n-th account of nobody in person; nullptr behind the last

}  // namespace custos::simulate
