// A .case file as text: reading it and writing its expectations anew. docs/formats/case.md has the grammar.
// Called by cases.cc.
// Owned values.
// Any thread.
// Refuses unknown sections and lines where none may stand, by line number.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace custos::engine {

struct Expectation {
  std::string title;
  std::optional<std::uint64_t> count;
  std::string level, file, field;
  std::string text;  // the line as written
};

struct Case {
  std::string name;
  std::vector<std::string> rules;                               // paths
  std::vector<std::pair<std::string, std::string>> inline_rules;  // name, YAML
  std::vector<std::pair<std::string, std::string>> logs;        // name, content
  std::vector<Expectation> expect;
  bool nothing = false;
  std::size_t expect_line = 0, expect_end = 0;  // lines of the expect section's body, from 0; for --update
};

Result<std::vector<Case>> parse_case_file(std::string_view text);

}  // namespace custos::engine
