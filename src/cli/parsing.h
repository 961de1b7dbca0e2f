// What the files that parse options share; the only header that needs CLI11.
// Called by options.cc and evidence_options.cc.
// Values.
// The main thread.
// Refuses what makes no sense with a sentence on standard error.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/evidence_options.h"

namespace custos::cli::option_parsing {

std::optional<int> parse(CLI::App& app, std::vector<std::string> arguments);

// For options of which an empty value would silently mean "not given": an unset variable of a shell.
inline std::string not_empty(const std::string& value) { return value.empty() ? "must not be empty" : ""; }

// --key, --passphrase-file, --who, --role, --reason, --authority: of a command that puts something on record.
void add_log_options(CLI::App& app, LogArguments& a);

}  // namespace custos::cli::option_parsing
