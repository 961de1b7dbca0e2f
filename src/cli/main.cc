#include <cstdio>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/command.h"

namespace {

void help(std::FILE* to) {
  fmt::print(to, "custos " CUSTOS_VERSION " - finds the intruder in the logs you already collect\n\nusage: custos COMMAND [ARGUMENT...]\n\n");
  for (const auto* c : custos::cli::commands()) fmt::print(to, "  {:<10} {}\n", c->name, c->summary);
  fmt::print(to, "\n`custos COMMAND --help` has the options and examples.\n");
}

// What was printed must have arrived: a full disk is a failure, whichever command it was.
int finished(std::string_view command, int status) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
  fmt::print(stderr, "custos{}{}: standard output: the result could not be written; is there space left?\n", command.empty() ? "" : " ", command);
  return 3;
}

int run(const custos::cli::Command& command, const std::vector<std::string>& arguments) {
  try {
    return finished(command.name, command.run(arguments));
  } catch (const std::system_error&) {  // how fmt says that a write failed
    if (std::ferror(stdout) == 0) throw;
    return finished(command.name, 3);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.empty() || words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    help(words.empty() ? stderr : stdout);
    return finished({}, words.empty() ? 2 : 0);
  }
  if (words[0] == "--version") {
    fmt::print("custos " CUSTOS_VERSION "\n");
    return finished({}, 0);
  }
  for (const auto* c : custos::cli::commands()) {
    if (c->name == words[0]) return run(*c, {words.begin() + 1, words.end()});
  }
  fmt::print(stderr, "custos: there is no command '{}'; `custos --help` lists them\n", custos::printable(words[0], 200));
  return 2;
}
