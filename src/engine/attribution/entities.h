// Who and what an event is about: hosts, users, processes, addresses, files, domains, by the field names logs use for them.
// Called on a hit; feeds Finding::entities.
// Owned values.
// Any thread.
// Refuses placeholders such as "-" and empty values; at most 24 entities an event.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "model/batch.h"
#include "model/finding.h"

namespace custos::engine {

std::vector<Entity> entities_of(const Event& event);

// By what its computer tells processes and sessions apart.
Ties ties_of(const Event& event);

// The same for many events of one table of names, without copying: it remembers which name is which.
class EntityLook {
 public:
  struct Seen {
    std::string_view kind, value;  // of the event
  };
  std::span<const Seen> of(const Event& event);

 private:
  struct Found {
    int row;
    const Field* field;
  };
  std::vector<int> rows_;  // by name; -2: not looked up yet, -1: none
  std::vector<Found> found_;
  std::vector<Seen> seen_;
};

// The kind a field of that name holds; empty where it is none.
std::string_view entity_kind(std::string_view field);
Part entity_part(std::string_view field);

}  // namespace custos::engine
