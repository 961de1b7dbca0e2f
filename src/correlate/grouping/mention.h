// What a finding speaks of, as keys that are the same in every kind of log: the computer, the account, the outside address, the odd program.
// Called by grouping.cc for every finding; roles and stories use the same keys.
// Owned values.
// Any thread.
// Refuses what ties nothing to nothing: the system's own accounts, programs of the system, a loopback address.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/finding.h"

namespace custos::correlate {

struct Mention {
  std::string kind;   // host account address domain program tree session
  std::string value;  // as its resolver knows it: "ws-006", "court\\m.osei"; else the record's own word in small letters
  Part part = Part::Other;
  std::string inferred = {};  // by the logs around the finding, which does not speak of it itself: how, in words
  std::string key() const { return kind + " " + value; }
};

// At most one of each key; of several parts the first.
std::vector<Mention> mentions_of(const Finding& finding);

// Whether a path is one that any user can write to: what runs from there is nobody's installed program.
bool writable_place(std::string_view path);
// "C:\\Windows\\x.exe" -> "x.exe", in small letters.
std::string file_name(std::string_view path);

}  // namespace custos::correlate
