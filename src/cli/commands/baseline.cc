// custos baseline: what a baseline holds; several in one.
#include <cstdio>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/options.h"
#include "engine/engine.h"

namespace custos::cli::baseline {
namespace {

int fail_with(std::string_view command, const Error& e) {
  fmt::print(stderr, "custos baseline {}: {}{}{}\n", command, printable(e.where), e.where.empty() ? "" : ": ", printable(e.text));
  return 2;
}

int show(const BaselineArguments& a) {
  const auto view = engine::view_baseline(a.file);
  if (!view) return fail_with("show", view.error());
  const std::string text = a.json ? engine::to_json(*view) : engine::to_text(*view);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

int merge(const engine::MergeOptions& options) {
  const auto merged = engine::merge_baselines(options);
  if (!merged) return fail_with("merge", merged.error());
  fmt::print("made {} of {} baselines: learned from {} to {}, {} windows, {} bytes\n", printable(options.into), options.baselines.size(),
             to_rfc3339(merged->first), to_rfc3339(merged->until), merged->windows, merged->bytes);
  for (const std::string& remark : merged->remarks) fmt::print("{}\n", printable(remark));
  fmt::print("next: custos scan LOGS --baseline {}\n", printable(options.into));
  return 0;
}

}  // namespace

int run(const std::vector<std::string>& arguments) {
  BaselineArguments a;
  if (const auto status = parse_baseline(arguments, a)) return *status;
  return a.file.empty() ? merge(a.merge) : show(a);
}

extern const Command command;
const Command command{"baseline", "show what a baseline has learned, or merge several", run};

}  // namespace custos::cli::baseline
