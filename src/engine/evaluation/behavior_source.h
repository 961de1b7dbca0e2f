// Behaviour analytics as a finding source of the yardstick: the same facts, resolver and analysis as a scan, on the set's own split.
// Called by evaluation.cc; one for all detectors together and one for each alone.
// Sources are good while the object lives; so are their runs.
// One thread.
// Refuses nothing; labels never reach it, for it sees events as they are shown.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "evaluate/evaluate.h"
#include "model/institution.h"

namespace custos::engine {

// "behavior", then "behavior:beacon" and so on; of those `asked` for with a budget of their own, as in "behavior@1", one more each.
class BehaviorSources {
 public:
  // `known` is what the institution file of the data says; `budget` alarms a day.
  BehaviorSources(Institution known, unsigned budget, const std::vector<std::string>& asked = {});
  BehaviorSources(const BehaviorSources&) = delete;
  BehaviorSources& operator=(const BehaviorSources&) = delete;
  const std::vector<evaluate::Source>& all() const { return sources_; }

 private:
  // `only`: a place in parts_, or all of them.
  void add(std::string name, std::size_t only, unsigned budget, bool own_budget);
  static constexpr std::size_t kAll = static_cast<std::size_t>(-1);

  Institution known_;
  std::deque<std::string> names_;  // a deque, for sources hold on to them
  std::vector<std::string_view> parts_;
  std::vector<evaluate::Source> sources_;
};

}  // namespace custos::engine
