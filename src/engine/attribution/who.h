// Whose a name or an address is, and was when: entity resolution asked by a person, from logs and an institution file.
// Called by cli/ (`custos institution who`).
// A WhoReport is an owned value.
// One thread.
// Refuses an institution file with errors and paths that are not there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "model/answer.h"

namespace custos::engine {

struct WhoOptions {
  std::string name;              // an address, a computer, or an account in any spelling
  std::vector<std::string> logs; // files and folders
  std::string institution;       // file; may be empty
  Micros at = kNoTime;           // kNoTime: everything that is known, in order of time
  Limits limits;
};

struct WhoReport {
  struct Line {
    std::string kind;  // host address account person
    Answer answer;
  };
  std::vector<Line> lines;
  std::uint64_t events = 0, not_whole = 0, forgotten = 0;
  bool known() const;  // at least one line has a value
};

Result<WhoReport> who(const WhoOptions& options);
std::string to_text(const WhoReport& report, const std::string& name);
std::string to_json(const WhoReport& report, const std::string& name);

}  // namespace custos::engine
