#include "simulate/life/life.h"

namespace custos::simulate {

Actors ordinary_life(Scene& scene) {
  Actors actors;
  const auto programs = std::make_shared<const Programs>(*scene.world.parameters);
  add_staff_changes(scene, actors);
  add_people(scene, actors, programs);
  add_machines(scene, actors, programs);
  add_servers(scene, actors);
  add_internet(scene, actors);
  add_faults(scene, actors);
  return actors;
}

}  // namespace custos::simulate
