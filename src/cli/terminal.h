// What only a person at a terminal can say.
// Called by commands that need a passphrase.
// Owned values.
// The main thread.
// Refuses where there is no terminal.
#pragma once

#include <optional>
#include <string>

namespace custos::cli {

// Asks at the terminal itself, whatever standard input and output are, and shows nothing of what is typed. Nothing: there is no terminal.
std::optional<std::string> read_hidden(const std::string& prompt);

}  // namespace custos::cli
