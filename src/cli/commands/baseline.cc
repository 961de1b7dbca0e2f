// custos baseline: what a baseline holds.
#include <cstdio>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/options.h"
#include "engine/engine.h"

namespace custos::cli::baseline {

int run(const std::vector<std::string>& arguments) {
  BaselineArguments a;
  if (const auto status = parse_baseline(arguments, a)) return *status;
  const auto view = engine::view_baseline(a.file);
  if (!view) {
    const Error& e = view.error();
    fmt::print(stderr, "custos baseline show: {}{}{}\n", printable(e.where), e.where.empty() ? "" : ": ", printable(e.text));
    return 2;
  }
  const std::string text = a.json ? engine::to_json(*view) : engine::to_text(*view);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

extern const Command command;
const Command command{"baseline", "show what a baseline has learned", run};

}  // namespace custos::cli::baseline
