#include <cstdio>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/command.h"

namespace {

void help(std::FILE* to) {
  fmt::print(to, "custos " CUSTOS_VERSION " - finds the intruder in the logs you already collect\n\nusage: custos COMMAND [ARGUMENT...]\n\n");
  for (const auto* c : custos::cli::commands()) fmt::print(to, "  {:<10} {}\n", c->name, c->summary);
  fmt::print(to, "\n`custos COMMAND --help` has the options and examples.\n");
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.empty() || words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    help(words.empty() ? stderr : stdout);
    return words.empty() ? 2 : 0;
  }
  if (words[0] == "--version") {
    fmt::print("custos " CUSTOS_VERSION "\n");
    return 0;
  }
  for (const auto* c : custos::cli::commands()) {
    if (c->name == words[0]) return c->run({words.begin() + 1, words.end()});
  }
  fmt::print(stderr, "custos: there is no command '{}'; `custos --help` lists them\n", words[0]);
  return 2;
}
