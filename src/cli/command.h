// The contract of a command line verb.
// Called by main.cc; every file of commands/ defines one `extern const Command command`.
// Static constants.
// The main thread.
// A command parses its own arguments and returns the exit status (0 nothing above the threshold, 1 findings, 2 usage or
// unreadable input, 3 partial).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace custos::cli {

struct Command {
  std::string_view name;     // "scan", "rules"
  std::string_view summary;  // one line for `custos --help`
  int (*run)(const std::vector<std::string>& arguments);
};

std::span<const Command* const> commands();

}  // namespace custos::cli
