// Options of `custos case`.
// Called by commands/casework.cc; fills engine options.
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

struct CaseArguments {
  enum class Verb { New, List, Show, Act, Merge, Export, Rebuild } verb = Verb::Show;
  std::string folder;                // of the case; of list: folders
  std::vector<std::string> folders;
  LogArguments log;
  std::string identity;
  std::string title;                 // new
  bool json = false, on_record = false;
  engine::CaseAct act;               // note, title, task, assign, member, undo, close, open
  std::string other;                 // merge
  LogArguments other_log;
  std::string out;                   // export
};
std::optional<int> parse_case(const std::vector<std::string>& arguments, CaseArguments& into);

}  // namespace custos::cli
