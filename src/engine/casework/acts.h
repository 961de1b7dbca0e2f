// What people do in a case: each act is judged by the rules and the case as it is, put on record, and told by its entry.
// Called by cli/ for the verbs of `custos case`.
// Owned values.
// One thread.
// Refuses what the rules forbid with a sentence in `refused`; what makes no sense is an error. Then nothing was changed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/casework/case_folder.h"

namespace custos::engine {

struct CaseAct {
  enum class Verb : std::uint8_t { Note, Title, Task, TaskState, Assign, Member, Undo, Close, Reopen } verb = Verb::Note;
  std::string text;    // of a note; a title; what was said of a state, a closing, an undo
  std::string ref;     // Note: that it replaces, or empty; TaskState: the task; Undo: the entry
  std::string about;   // Note: id of an incident or finding, a task, or empty; Assign: a task or an incident
  std::string state;   // TaskState: open, done, dropped; Member: added, removed; Close: the outcome
  std::string due;     // Task: a date, or empty
  std::string person;  // Assign, Member
  std::string role;    // Member
};

struct CaseActDone {
  std::string refused;  // by a rule
  std::uint64_t entry = 0;
  std::vector<std::string> said;
};
Result<CaseActDone> do_in_case(FileSystem& files, const CaseAccess& access, const CaseAct& act);

// A new case with its log; or a case in a folder that has evidence already.
struct CaseMade {
  std::string number, key;  // key: the log's verifier key
  bool new_log = false;
  std::uint64_t entry = 0;
};
Result<CaseMade> make_case(FileSystem& files, const CaseAccess& access, const std::string& title);

}  // namespace custos::engine
