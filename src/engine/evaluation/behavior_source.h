// Behaviour analytics as a finding source of the yardstick: the same facts, resolver and analysis as a scan, on the set's own split.
// Called by evaluation.cc; one for all detectors together and one for each alone.
// Sources are good while the object lives; so are their runs.
// One thread.
// Refuses nothing; labels never reach it, for it sees events as they are shown.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evaluate/evaluate.h"
#include "model/institution.h"

namespace custos::engine {

// "behavior", then "behavior:beacon" and so on.
class BehaviorSources {
 public:
  // `known` is what the institution file of the data says; `budget` alarms a day.
  BehaviorSources(Institution known, unsigned budget);
  BehaviorSources(const BehaviorSources&) = delete;
  BehaviorSources& operator=(const BehaviorSources&) = delete;
  const std::vector<evaluate::Source>& all() const { return sources_; }

 private:
  Institution known_;
  unsigned budget_;
  std::vector<std::string> names_;
  std::vector<std::string_view> parts_;
  std::vector<evaluate::Source> sources_;
};

}  // namespace custos::engine
