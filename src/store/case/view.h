// What is known of a case now: the answers of its database, in their order.
// Made by CaseDatabase; shown by cli/, judged by engine/casework.
// Owned values.
// Any thread.
// Refuses nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/case/act.h"

namespace custos::store {

struct CaseMember {
  std::string person, role, since, by;
};

struct CaseNote {
  Ref ref;
  std::string time, who, text, about;
};

struct CaseTask {
  Ref ref;
  std::string time, who, title, due, state, said, person;
};

struct CaseIncident {
  Ref ref;
  std::string id, title, level, first, last, person;
  std::int64_t score = 0, findings = 0;
  std::string whole;  // the object as it stands in the entry, JSON
  std::optional<std::int64_t> segment, leaf;
};

struct MergedCase {
  Ref ref;
  std::string number, origin, title, time, who;
  std::int64_t size = 0;
  bool in_view = true;  // else its folder could not be read when this was applied
};

struct CaseExport {
  Ref ref;
  std::string path, sha256, time, who;
  std::int64_t size = 0;
};

struct KindCount {
  std::string kind;
  std::int64_t entries = 0, records = 0, bytes = 0;
};

struct CaseView {
  std::string number, title, state;      // state: "open", "closed"; empty: there is no act yet
  std::string outcome, closing, into;    // of the closing; closing: what was said of it, into: the case that it went into
  std::string opened, last_act;                              // times
  std::vector<CaseMember> members;
  std::vector<CaseIncident> incidents;
  std::vector<CaseTask> tasks;
  std::vector<CaseNote> notes;
  std::vector<MergedCase> merged;
  std::vector<CaseExport> exports;
  std::vector<KindCount> kinds;
  std::int64_t acts = 0, not_understood = 0;  // of all logs
  std::uint64_t applied = 0;                  // entries of the own log

  const CaseMember* member(const std::string& person) const;
  const CaseTask* task(const Ref& ref) const;
  const CaseNote* note(const Ref& ref) const;
};

}  // namespace custos::store
