// Everything an actor can see and touch, and what an actor is.
// Made once a run by simulate.cc; handed to life/ and campaigns/.
// Lives as long as the run.
// One thread.
// Refuses nothing.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "simulate/sensors/cloud.h"
#include "simulate/sensors/linux.h"
#include "simulate/sensors/network.h"
#include "simulate/sensors/windows.h"

namespace custos::simulate {

struct Scene {
  World& world;
  Delivery& delivery;
  Windows windows;
  Network network;
  Linux linux_;
  Cloud cloud;
  std::function<void(std::string_view)> truth;  // a row of the truth

  Scene(World& w, Delivery& d) : world(w), delivery(d), windows(w, d), network(w, d, windows), linux_(w, d), cloud(w, d) {}
};

// Something with a life of its own: it is woken, does things, and says when it wants to be woken again (kNever: no more).
class Actor {
 public:
  virtual ~Actor() = default;
  virtual Micros wake(Micros now, Scene& scene) = 0;
};
using Actors = std::vector<std::unique_ptr<Actor>>;

}  // namespace custos::simulate
