// The index of a case's entities, brought up to date: docs/formats/hunt-index.md.
// Called by hunts for an entity.
// Owns the parts it opened.
// One thread calls; making uses several.
// Refuses nothing: where there can be no index, `why_not` says why, and the hunt does without.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/hunting/hunt.h"
#include "store/store.h"

namespace custos::engine {

struct IndexOptions {
  unsigned threads = 1;
  std::uint64_t memory = 384u << 20;  // of what is collected before a part is written, all threads together
  bool anew = false;
};

struct EntityIndex {
  std::string why_not;  // a sentence; empty: there is one
  std::vector<std::unique_ptr<store::HuntPart>> parts;
  std::vector<std::pair<std::string, std::string>> not_whole;  // name of a source, and why
  std::vector<std::string> said;
};

EntityIndex open_entity_index(FileSystem& files, const CaseReading& reading, OpenedHunt& hunt, const IndexOptions& options,
                              const std::function<void(const Progress&)>& progress);

}  // namespace custos::engine
