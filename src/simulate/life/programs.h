// The programs of the parameters, found by name, and how they start, talk and end.
// Called by life/; feeds sensors/.
// Lives as long as a scene.
// One thread.
// Refuses nothing: a name that is no program starts nothing.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "simulate/scene.h"

namespace custos::simulate {

class Programs {
 public:
  explicit Programs(const Parameters& p) {
    for (const Program& one : p.programs) by_name_.emplace(one.name, &one);
  }
  const Program* find(std::string_view name) const {
    const auto at = by_name_.find(name);
    return at == by_name_.end() ? nullptr : at->second;
  }
  // Starts it on `m`, lets it talk to its site and end after its time; ${document}, ${host}, ${n} and ${hex} of the command are filled in.
  // `session` nullptr: as the machine. `parent` nullptr: the usual one.
  Process run(Scene& scene, const Act& act, Machine& m, const Session* session, const Program& what, const Process* parent = nullptr,
              std::string_view document = {}, std::string_view host = {}) const;

 private:
  std::map<std::string_view, const Program*> by_name_;
};

}  // namespace custos::simulate
