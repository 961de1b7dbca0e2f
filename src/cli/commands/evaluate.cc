// custos evaluate: labelled data and finding sources in, honest figures out.
#include <unistd.h>

#include <cstdio>

#include <fmt/format.h>

#include "base/files/file.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/options.h"
#include "engine/engine.h"
#include "evaluate/evaluate.h"

namespace custos::cli::evaluate {
namespace {

int fail_with(const Error& e, int status) {
  fmt::print(stderr, "custos evaluate: {}{}{}\n", printable(e.where), e.where.empty() ? "" : ": ", printable(e.text));
  return status;
}

// Opened before anything is read, so that a wrong name costs no time.
Result<std::unique_ptr<OutputFile>> open_output(const std::string& path) {
  if (path.empty()) return std::unique_ptr<OutputFile>();
  return OutputFile::create(path);
}

bool write(OutputFile* file, const std::string& text) {
  if (file == nullptr) return true;
  file->write(text);
  if (auto ok = file->commit(); !ok) {
    fail_with(ok.error(), 3);
    return false;
  }
  return true;
}

// Not a set of alarms: whose events are they?
int entities(const EvaluateArguments& a, OutputFile* json) {
  const auto figures = engine::measure_attribution(a.options.data, a.options.limits);
  if (!figures) return fail_with(figures.error(), 2);
  const bool written = write(json, engine::to_json(*figures));
  if (a.json != "-" && !a.quiet) fmt::print("{}", engine::to_text(*figures));
  return written && !figures->partial() ? 0 : 3;
}

// Not a set of alarms either: does the true group come first?
int attribution(const EvaluateArguments& a, OutputFile* json) {
  const auto figures = engine::measure_group_consistency(a.options.data, a.options.seed, a.options.limits);
  if (!figures) return fail_with(figures.error(), 2);
  const bool written = write(json, engine::to_json(*figures));
  if (a.json != "-" && !a.quiet) fmt::print("{}", engine::to_text(*figures));
  return written ? 0 : 3;
}

int run(const std::vector<std::string>& arguments) {
  EvaluateArguments a;
  if (const auto status = parse_evaluate(arguments, a)) return *status;
  if (!a.json.empty() && a.json == a.html) return fail_with({Code::Usage, "two outputs have this name", a.json}, 2);
  auto json = open_output(a.json);
  if (!json) return fail_with(json.error(), 2);
  auto html = open_output(a.html);
  if (!html) return fail_with(html.error(), 2);

  if (a.options.set == "entities") return entities(a, json->get());
  if (a.options.set == "attribution") return attribution(a, json->get());
  const bool terminal = isatty(STDERR_FILENO) != 0 && !a.quiet;
  const auto report = engine::run_evaluation(a.options, [&](const std::string& what) {
    if (terminal) fmt::print(stderr, "\r\033[K{}", printable(what, 100));
  });
  if (terminal) fmt::print(stderr, "\r\033[K");
  if (!report) return fail_with(report.error(), 2);

  bool written = write(json->get(), custos::evaluate::to_json(*report));
  written = write(html->get(), custos::evaluate::to_html(*report)) && written;
  if (a.json != "-" && a.html != "-" && !a.quiet) {
    const std::string text = custos::evaluate::to_text(*report);
    std::fwrite(text.data(), 1, text.size(), stdout);
    if (!a.json.empty()) fmt::print("full results: {}\n", printable(a.json));
    if (!a.html.empty()) fmt::print("page: {}\n", printable(a.html));
  }
  return written && !report->partial ? 0 : 3;
}

}  // namespace

extern const Command command;
const Command command{"evaluate", "what a number of alarms a day finds in labelled data, and what it costs", run};

}  // namespace custos::cli::evaluate
