// A hunt for one entity: a computer, account, address, domain, hash or file name, by its exact value, letters' case apart.
// Called by cli/ for `custos hunt --entity`.
// Results are owned.
// One thread calls; reading all of a case uses several.
// Refuses an empty value; an index that turns out damaged is made anew.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/hunting/entity_index.h"
#include "engine/hunting/entity_report.h"

namespace custos::engine {

struct EntityHuntOptions {
  EntityQuery query;
  IndexOptions index;
  bool without_index = false;
};

struct NamedIncident {
  store::CaseIncident incident;
  std::string as;  // "computer", "account", ...; empty: it is named somewhere in it
};

struct EntityHunt {
  EntityReport report;
  std::vector<std::optional<SealedPlace>> places;  // of its hits
  std::vector<NamedIncident> incidents;            // of the case, in its order
  std::vector<std::string> said;
  bool indexed = false;
  bool whole = true;  // the case's incidents could all be read
};

Result<EntityHunt> hunt_entity(FileSystem& files, const CaseReading& reading, OpenedHunt& hunt, const EntityHuntOptions& options,
                               const std::function<void(const Progress&)>& progress);
// docs/formats/hunt.md.
Result<void> write_entity_hunt(OpenedHunt& hunt, const HuntTitle& title, const EntityHunt& found, share::Output& out);

}  // namespace custos::engine
