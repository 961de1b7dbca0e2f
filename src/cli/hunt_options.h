// Options of `custos hunt`.
// Called by commands/hunt.cc; fills engine options.
// Values.
// The main thread.
// Refuses what makes no sense with a sentence on standard error; the status to end with is returned.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/evidence_options.h"
#include "engine/engine.h"

namespace custos::cli {

struct HuntArguments {
  std::string folder;  // of the case
  engine::ScanOptions options;
  std::string expression;
  engine::EntityHuntOptions entity;
  std::string identity, json;  // files; json: empty: not asked for
  std::size_t most = 20;       // on the screen; of an entity: hits
  LogArguments log;
  bool on_record = false, quiet = false;
  std::string what, query;     // as it is put on record
};
std::optional<int> parse_hunt(const std::vector<std::string>& arguments, HuntArguments& into);

}  // namespace custos::cli
