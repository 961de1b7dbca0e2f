#include "cli/hunt_options.h"

#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/parsing.h"

namespace custos::cli {
namespace hunt_options {
namespace {

const char* const kExamples =
    "examples:\n"
    "  custos hunt cases/registry --rule new-rules/            rules over all that was sealed into the case\n"
    "  custos hunt cases/registry --entity files-01            a computer, account, address, domain, hash or file name: what, when, beside whom\n"
    "  custos hunt cases/registry 'Image endswith \\rundll32.exe and not User contains SYSTEM'\n"
    "  custos hunt cases/registry 'SourceIp cidr 203.0.113.0/24' --json hits.ndjson     every hit with its proof\n"
    "\nexpressions: FIELD = != contains startswith endswith matches < <= > >= cidr VALUE, FIELD exists; and, or, not, brackets. Quote values that have\n"
    "blanks or brackets; * and ? stand for any characters, as in Sigma.\n"
    "\nexit status: 0 nothing found, 1 found, or refused by a rule of the case, 2 unusable arguments, 3 some of the case could not be read,\n"
    "             or a result could not be written\n";

int wrong(const std::string& text) {
  fmt::print(stderr, "custos hunt: {}\n", printable(text, 1000));
  return 2;
}

std::optional<int> take_time(const char* option, const std::string& text, Micros& into) {
  if (text.empty()) return std::nullopt;
  const auto t = parse_any_time(text);
  if (!t) return wrong(fmt::format("{} takes a time such as 2024-03-15 or 2024-03-15T10:00:00Z, not '{}'", option, text));
  into = *t;
  return std::nullopt;
}

// What is looked for, one of the ways of saying it.
std::optional<int> take_query(HuntArguments& a) {
  const auto& folders = a.options.rules.folders;
  auto& entity = a.entity.query;
  if (!folders.empty() + !a.expression.empty() + !entity.value.empty() != 1) {
    return wrong("says what to look for with an expression, --rule or --entity, one of them");
  }
  a.what = !entity.value.empty() ? "entity" : folders.empty() ? "expression" : "rule";
  a.query = a.expression + entity.value;
  for (const std::string& f : folders) a.query += (a.query.empty() ? "" : " ") + f;
  if (a.expression.empty()) return std::nullopt;
  auto rule = custos::rules::rule_of_expression(a.expression);
  if (!rule) return wrong("the expression: " + rule.error().text);
  a.options.rules.texts.push_back(std::move(*rule));
  return std::nullopt;
}

}  // namespace
}  // namespace hunt_options

std::optional<int> parse_hunt(const std::vector<std::string>& arguments, HuntArguments& a) {
  using namespace hunt_options;
  using option_parsing::not_empty;
  CLI::App app("Looks again at all that was sealed into a case: with new rules, or with a question. Every hit names the record that proves it.", "custos hunt");
  app.footer(kExamples);
  std::string since, until;
  a.options.threads = std::max(1u, std::thread::hardware_concurrency());
  app.add_option("CASE", a.folder, "folder of the case")->required()->type_name("CASE")->check(not_empty);
  app.add_option("EXPRESSION", a.expression, "which events")->type_name("'FIELD OP VALUE and ...'")->check(not_empty);
  app.add_option("--rule", a.options.rules.folders, "Sigma rule, or folder of them (may be repeated)")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->check(not_empty);
  app.add_option("--entity", a.entity.query.value, "computer, account, address, domain, hash or file name, whole; letters' case does not count")
      ->type_name("X")
      ->check(not_empty);
  bool first = false;
  app.add_flag("--first", first, "the first hits of an entity, not the newest");
  app.add_flag("--without-index", a.entity.without_index, "read all of the case for it");
  app.add_flag("--new-index", a.entity.index.anew, "make the index anew");
  app.add_option("--pipeline", a.options.rules.pipelines, "Sigma processing pipeline applied to every rule (may be repeated)")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--institution", a.options.institution, "institution file: whose the names and addresses are")->type_name("FILE");
  app.add_option("--since", since, "leave out events before this time")->type_name("TIME");
  app.add_option("--until", until, "leave out events from this time on")->type_name("TIME");
  app.add_flag("--carve", a.options.carve, "look for records in the slack of Windows event logs too");
  app.add_option("--most", a.most, "how many findings are shown (default 20; --json has all), or how many hits of an entity")
      ->type_name("N")
      ->check(CLI::Range(0, 1'000'000));
  app.add_option("--json", a.json, "all of it with every proof, one JSON object a line (- is standard output)")->type_name("FILE")->check(not_empty);
  app.add_option("--threads", a.options.threads, "threads (default: one a processor)")->check(CLI::Range(1, 256));
  app.add_flag("--on-record", a.on_record, "show nothing unless it is on record first that you looked");
  app.add_option("--identity", a.identity, "file with an age identity that opens an encrypted case")->type_name("FILE")->check(not_empty);
  app.add_flag("--quiet", a.quiet, "no progress and no summary");
  option_parsing::add_log_options(app, a.log);
  if (const auto status = option_parsing::parse(app, arguments)) return status;
  a.options.rules.builtin = false;
  while (a.folder.size() > 1 && a.folder.ends_with('/')) a.folder.pop_back();
  if (const auto status = take_time("--since", since, a.options.since)) return status;
  if (const auto status = take_time("--until", until, a.options.until)) return status;
  a.entity.query.since = a.options.since;
  a.entity.query.until = a.options.until;
  a.entity.query.most = a.most;
  a.entity.query.newest = !first;
  a.entity.index.threads = a.options.threads;
  return take_query(a);
}

}  // namespace custos::cli
