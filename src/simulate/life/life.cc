#include "simulate/life/life.h"

namespace custos::simulate {

namespace {

double figure(const std::map<std::string, double>& of, const char* name) {
  const auto at = of.find(name);
  return at == of.end() ? 0 : at->second;
}

}  // namespace

double names_figure(const Scene& scene, const char* name) { return figure(scene.world.parameters->names, name); }
double accounts_figure(const Scene& scene, const char* name) { return figure(scene.world.parameters->accounts, name); }

const std::vector<std::string>& words_of(const Scene& scene, const char* name) {
  static const std::vector<std::string> kNone;
  const auto& of = scene.world.parameters->words;
  const auto at = of.find(name);
  return at == of.end() ? kNone : at->second;
}

Actors ordinary_life(Scene& scene) {
  Actors actors;
  const auto programs = std::make_shared<const Programs>(*scene.world.parameters);
  add_staff_changes(scene, actors);
  add_people(scene, actors, programs);
  add_machines(scene, actors, programs);
  add_questions(scene, actors);
  add_mail(scene, actors);
  add_servers(scene, actors);
  add_internet(scene, actors);
  add_faults(scene, actors);
  return actors;
}

}  // namespace custos::simulate
