// The contract of a campaign: something hostile that is laid into ordinary life, labelled from the first act to the last.
// Implemented by campaigns/*.cc (a catalogue), each with `extern const Campaign campaign`; called by simulate.cc.
// A campaign's actors live as long as the run.
// One thread.
// Refuses nothing. Campaigns act through the same sensors as everybody else; they write records and do nothing else.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "simulate/scene.h"

namespace custos::simulate {

// What a campaign is given. Figures come from `campaigns: NAME:` of the parameters.
struct Brief {
  std::string id;         // "espionage-1": unique in the run
  std::string_view kind;  // "espionage"
  double stealth = 0.5;   // 0 hasty and loud, 1 patient and quiet
  const std::map<std::string, double>* figures = nullptr;
  Micros begin = 0, end = 0;

  double figure(const char* name, double otherwise) const {
    if (figures == nullptr) return otherwise;
    const auto at = figures->find(name);
    return at == figures->end() ? otherwise : at->second;
  }
};

struct Campaign {
  std::string_view name, summary;
  std::unique_ptr<Actor> (*make)(const Brief& brief, Scene& scene);
};

std::span<const Campaign* const> campaigns();

// A labelled act: its row of the truth is written when its last record is.
Act deed(Scene& scene, const Brief& brief, std::string_view stage, std::string_view technique, Micros at, std::uint32_t person, std::vector<Entity> entities);

}  // namespace custos::simulate
