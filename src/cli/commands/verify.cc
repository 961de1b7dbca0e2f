// custos verify: is this evidence what it claims to be, by which key, and what was not checked.
#include <unistd.h>

#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/command.h"
#include "cli/evidence_options.h"

namespace custos::cli::verify {
namespace {

void show_list(const char* title, const std::vector<std::string>& sentences, const char* mark) {
  if (sentences.empty()) return;
  fmt::print("{}\n", title);
  for (const std::string& s : sentences) fmt::print("  {} {}\n", mark, printable(s, 400));
}

void show(const std::string& path, const custos::evidence::CheckReport& r) {
  fmt::print("{} {}\nlog {}, {} entries\nkey {}{}\n\n", r.what, printable(path), printable(r.origin), r.size, printable(r.key),
             r.key_vouched ? "" : "  (taken from the evidence itself)");
  show_list("checked", r.checked, "+");
  show_list("not checked", r.not_checked, "-");
  show_list("wrong", r.problems, "!");
  if (r.problem_count > r.problems.size()) fmt::print("  ! and {} more\n", r.problem_count - r.problems.size());
  fmt::print("\n{}\n", !r.holds()      ? "REFUSED"
                       : r.key_vouched ? "VERIFIED"
                                       : "VERIFIED, but with the key that it names itself: anybody can make one. Ask its owner");
}

void show_json(const std::string& path, const custos::evidence::CheckReport& r) {
  const nlohmann::ordered_json j{{"type", "verification"},       {"path", path},           {"what", r.what},
                                 {"verified", r.holds()},        {"origin", r.origin},     {"key", r.key},
                                 {"key_vouched", r.key_vouched}, {"size", r.size},         {"checked", r.checked},
                                 {"not_checked", r.not_checked}, {"problems", r.problems}, {"problem_count", r.problem_count}};
  fmt::print("{}\n", j.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

}  // namespace

int run(const std::vector<std::string>& arguments) {
  VerifyArguments a;
  if (const auto status = parse_verify(arguments, a)) return *status;
  const bool shown = !a.quiet && isatty(STDERR_FILENO) != 0;
  const auto report = engine::verify(a.options, [&](std::uint64_t done, std::uint64_t all) {
    if (shown && all > 0) fmt::print(stderr, "\r{:3} % of {} bytes", 100 * done / all, all);
  });
  if (shown) fmt::print(stderr, "\r{:40}\r", "");
  if (!report) {
    fmt::print(stderr, "custos verify: {}{}{}\n", printable(report.error().where), report.error().where.empty() ? "" : ": ", printable(report.error().text));
    return 2;
  }
  if (a.json) {
    show_json(a.options.path, *report);
  } else if (!a.quiet) {
    show(a.options.path, *report);
  }
  return report->holds() ? 0 : 1;
}

extern const Command command;
const Command command{"verify", "check evidence: signatures, tree, every record", run};

}  // namespace custos::cli::verify
