// Where an object ends, told from its brackets and quotes alone.
// Called by the framer; feeds it the borders of records without parsing them.
// Values.
// Any thread.
// Refuses nothing: text that can't be an object is Broken at the place that shows it.
#pragma once

#include <cstddef>

#include "base/bytes.h"

namespace custos::ingest::json {

struct Cut {
  enum class Kind {
    Whole,       // the object ends before `end`
    Broken,      // no object: a line end inside a string, brackets that don't match, a new object where none may stand
    Unfinished,  // the bytes end before the object does
  };
  Kind kind;
  std::size_t end;
  bool deep;  // nested deeper than allowed somewhere
};

// The object that begins with the '{' at `at`.
Cut cut_object(Bytes bytes, std::size_t at, std::size_t depth);

// Of an object too large to look at whole: the place of the '[' of the array that holds its records, or npos when it looks like no
// export. Looks at the members before that array only, at most `reach` bytes. `objects` becomes the number of objects around it.
std::size_t find_records(Bytes bytes, std::size_t at, std::size_t reach, bool any_first_key, std::size_t& objects);

inline bool is_json_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
std::size_t skip_spaces(Bytes bytes, std::size_t at);

}  // namespace custos::ingest::json
