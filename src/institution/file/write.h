// The institution as a file for people: YAML that reads back equal, with comments where the caller gives some.
// Called by cli/ for `custos institution init` and by simulate's users for the institution they made up.
// Owned texts.
// Any thread.
// Refuses nothing; bytes that are no UTF-8 become U+FFFD, so texts should be valid.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/institution.h"

namespace custos::institution {

// Comments may hold several lines; they are written with a `#` before each and control characters made visible.
struct Comments {
  std::string head;                                         // above everything
  std::map<std::string, std::string> sections;              // above a top-level key: "hours"
  std::map<std::string, std::vector<std::string>> entries;  // above entry i of a section: "hosts" -> one text each, may be empty
  std::string tail;                                         // behind everything
};

// Keys in the order of docs/formats/institution.md, entries in the order given, only what is set.
std::string write_institution(const Institution& institution, const Comments& comments = {});

// The same as one line of JSON, as content/institution.schema.json wants it.
std::string institution_json(const Institution& institution);

}  // namespace custos::institution
