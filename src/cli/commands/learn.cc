// custos learn: logs in, a baseline out.
#include <unistd.h>

#include <cstdio>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/options.h"
#include "engine/engine.h"

namespace custos::cli::learn {
namespace {

int fail_with(const Error& e) {
  fmt::print(stderr, "custos learn: {}{}{}\n", printable(e.where), e.where.empty() ? "" : ": ", printable(e.text));
  return 2;
}

void print_summary(const LearnArguments& a, const engine::LearnResult& r) {
  const BehaviorCoverage& c = r.coverage;
  const char* did = !r.anything ? "left as it was" : r.extended ? "extended" : "made";
  fmt::print("{} {}: learned from {} to {}, {} events, {} bytes\n", did, printable(a.options.baseline), to_rfc3339(c.learned_from),
             to_rfc3339(c.learned_until), r.events, r.bytes);
  if (c.late > 0) fmt::print("{} facts lie before what the baseline knew already, and were passed over\n", c.late);
  std::string forgetful;
  for (const auto& [detector, entries] : c.evictions) forgetful += fmt::format("{}{} ({})", forgetful.empty() ? "" : ", ", detector, entries);
  if (!forgetful.empty()) fmt::print("entries were forgotten to stay within memory by {}; --memory takes more\n", forgetful);
  for (const std::string& remark : r.remarks) fmt::print("{}\n", printable(remark));
  if (r.not_whole > 0) fmt::print("{} files or streams could not be read whole; `custos scan` names them\n", r.not_whole);
  fmt::print("next: custos scan LOGS --baseline {}\n", printable(a.options.baseline));
}

}  // namespace

int run(const std::vector<std::string>& arguments) {
  LearnArguments a;
  if (const auto status = parse_learn(arguments, a)) return *status;
  const bool show = !a.quiet && isatty(STDERR_FILENO) != 0;
  const auto result = engine::learn(a.options, [&](std::uint64_t events) {
    if (show) fmt::print(stderr, "\r{} events", events);
  });
  if (show) fmt::print(stderr, "\r\033[K");
  if (!result) return fail_with(result.error());
  if (!a.quiet) print_summary(a, *result);
  return result->not_whole > 0 ? 3 : 0;
}

extern const Command command;
const Command command{"learn", "learn from logs what is ordinary, into a baseline", run};

}  // namespace custos::cli::learn
