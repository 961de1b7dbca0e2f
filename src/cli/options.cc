#include "cli/options.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "cli/parsing.h"
#include "evaluate/evaluate.h"

namespace custos::cli {
namespace option_parsing {

// CLI11 takes arguments in reverse order.
std::optional<int> parse(CLI::App& app, std::vector<std::string> arguments) {
  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(arguments);
  } catch (const CLI::CallForHelp& e) {
    app.exit(e);
    return 0;
  } catch (const CLI::ParseError& e) {
    fmt::print(stderr, "{}: {}\n`{} --help` has the options and examples.\n", app.get_name(), printable(e.what()), app.get_name());
    return 2;
  }
  return std::nullopt;
}

void add_rule_options(CLI::App& app, engine::RuleOptions& o, std::vector<std::string>& placeholders) {
  app.add_option("--rules", o.folders, "folder or file of Sigma rules, beside the shipped ones (may be repeated)")->type_name("DIR")->allow_extra_args(false);
  app.add_flag("!--no-builtin-rules", o.builtin, "leave the shipped rules out");
  app.add_option("--pipeline", o.pipelines, "Sigma processing pipeline applied to every rule (may be repeated)")->type_name("FILE")->allow_extra_args(false);
  app.add_option("--placeholder", placeholders, "value for a rule's %NAME% (may be repeated)")->type_name("NAME=VALUE")->allow_extra_args(false);
}

// Of a scene to evaluate: half of the machine's, at most 4 GB.
std::uint64_t default_memory() {
  constexpr std::uint64_t kMost = std::uint64_t{4} << 30;
  const long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
  return pages <= 0 || size <= 0 ? kMost : std::min(kMost, static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(size) / 2);
}

void add_limit_options(CLI::App& app, Limits& l) {
  const std::string group = "Limits for archives, folders and packet captures";
  app.add_option("--max-expanded", l.expanded_bytes, "bytes that one archive may unpack to")->type_name("BYTES")->group(group);
  app.add_option("--max-ratio", l.expansion_ratio, "times its size that an archive may unpack to")->type_name("N")->group(group);
  app.add_option("--max-entries", l.archive_entries, "members of one archive")->type_name("N")->group(group);
  app.add_option("--max-archive-depth", l.archive_depth, "archives inside archives")->type_name("N")->group(group);
  app.add_option("--max-folder-depth", l.folder_depth, "folders inside folders")->type_name("N")->group(group);
  app.add_option("--max-pcap-seconds", l.capture_seconds, "time that --pcap may take for one capture")->type_name("N")->group(group);
  app.add_option("--max-pcap-bytes", l.capture_bytes, "bytes that --pcap may write for one capture")->type_name("BYTES")->group(group);
}

std::optional<int> take_placeholders(const std::vector<std::string>& given, engine::RuleOptions& o) {
  for (const std::string& p : given) {
    const std::size_t eq = p.find('=');
    if (eq == std::string::npos || eq == 0) {
      fmt::print(stderr, "custos: --placeholder takes NAME=VALUE, not '{}'\n", printable(p));
      return 2;
    }
    o.placeholders[p.substr(0, eq)].push_back(p.substr(eq + 1));
  }
  return std::nullopt;
}

std::optional<int> take_time(const char* command, const char* option, const std::string& text, Micros& into) {
  if (text.empty()) return std::nullopt;
  const auto t = parse_any_time(text);
  if (!t) {
    fmt::print(stderr, "custos {}: {} takes a time such as 2024-03-15 or 2024-03-15T10:00:00Z, not '{}'\n", command, option, printable(text));
    return 2;
  }
  into = *t;
  return std::nullopt;
}

// "5/day", "0.5/day", "5"
std::optional<int> take_budget(std::string text, double& into) {
  if (text.empty()) return std::nullopt;
  if (text.ends_with("/day")) text.resize(text.size() - 4);
  double n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc{} || end != text.data() + text.size() || !(n > 0 && n <= 100'000)) {
    fmt::print(stderr, "custos scan: --budget takes a number of findings a day such as 5/day, not '{}'\n", printable(text));
    return 2;
  }
  into = n;
  return std::nullopt;
}

// Entities and groups are no alarms: options of finding sources say nothing there.
std::optional<int> refuse_without_alarms(const CLI::App& app, const std::string& set) {
  for (const char* option : {"--budget", "--source", "--without", "--beds", "--learn", "--calibrate", "--seed", "--memory", "--ablate", "--disturb", "--html",
                             "--rules", "--no-builtin-rules", "--pipeline", "--placeholder"}) {
    if (app.count(option) == 0 || (set == "attribution" && option == std::string_view("--seed"))) continue;
    fmt::print(stderr, "custos evaluate: {}: {} is for sets that finding sources run over, which this is not\n", set, option);
    return 2;
  }
  return std::nullopt;
}

// Where what is read is kept.
void add_keeping_options(CLI::App& app, ScanArguments& a) {
  app.add_option("--seal", a.log.access.folder,
                 "keep what is read in a folder of evidence: records, findings and coverage, signed")->type_name("DIR")->check(not_empty);
  auto* casework = app.add_option("--case", a.case_folder, "keep it in the evidence of this case; incidents become acts of the case");
  casework->type_name("CASE")->check(not_empty)->excludes("--seal");
  app.add_option("--identity", a.identity, "age identities that open the case, where it is encrypted")->type_name("FILE")->needs(casework);
  app.add_option("--recipient", a.log.access.recipients, "encrypt a new folder to this age recipient, or to those in a file (may be repeated)")
      ->type_name("AGE")
      ->allow_extra_args(false);
  app.add_option("--origin", a.log.access.origin, "name of a new folder's log (default: host and folder)")->type_name("NAME");
}

}  // namespace option_parsing

std::optional<int> parse_scan(const std::vector<std::string>& arguments, std::string_view examples, ScanArguments& a) {
  using namespace option_parsing;
  CLI::App app("Reads logs of every known format below the given paths, applies Sigma rules, and says what it saw and what it did not.", "custos scan");
  app.footer(std::string(examples));
  std::vector<std::string> placeholders;
  std::string level, since, until, budget;
  a.options.threads = std::max(1u, std::thread::hardware_concurrency());
  app.add_option("LOGS", a.options.paths, "files and folders; - is standard input")->required()->type_name("PATH");
  add_rule_options(app, a.options.rules, placeholders);
  app.add_option("--min-level", level, "informational, low, medium, high or critical")->type_name("LEVEL");
  for (OutputOption& o : a.outputs) app.add_option("--" + o.name, o.path, o.title + " (- is standard output)")->type_name("FILE");
  app.add_option("--since", since, "leave out events before this time")->type_name("TIME");
  app.add_option("--until", until, "leave out events from this time on")->type_name("TIME");
  app.add_option("--institution", a.options.institution, "institution file: whose the names and addresses of findings are")->type_name("FILE");
  bool without_behavior = false;
  app.add_option("--baseline", a.options.behavior.baseline, "what `custos learn` made; without it the first part of the logs serves as one")->type_name("FILE");
  app.add_option("--budget", budget, "findings of behaviour that ordinary days may cost, such as 5/day (default)")->type_name("N/day");
  app.add_option("--memory", a.options.behavior.memory, "for the state of behaviour analytics, such as 512MB (default)")
      ->type_name("SIZE")
      ->transform(CLI::AsSizeValue(false));
  app.add_flag("--no-behavior", without_behavior, "rules alone");
  app.add_option("--threads", a.options.threads, "threads (default: one a processor)")->check(CLI::Range(1, 256));
  app.add_flag("--carve", a.options.carve, "look for records in the slack of Windows event logs too");
  auto* pcap = app.add_option("--pcap", a.options.captures.tool, "suricata, zeek or a path to one: makes logs of packet captures, which are then read");
  pcap->type_name("TOOL");
  add_keeping_options(app, a);
  add_log_options(app, a.log);
  app.add_flag("--quiet", a.quiet, "no progress and no summary");
  add_limit_options(app, a.options.limits);
  if (const auto status = parse(app, arguments)) return status;
  a.options.seal.arguments = arguments;
  a.options.behavior.on = !without_behavior;
  if (const auto status = take_budget(budget, a.options.behavior.budget)) return status;
  if (const auto status = take_placeholders(placeholders, a.options.rules)) return status;
  if (const auto status = take_time("scan", "--since", since, a.options.since)) return status;
  if (const auto status = take_time("scan", "--until", until, a.options.until)) return status;
  if (a.options.since != kNoTime && a.options.until != kNoTime && a.options.since >= a.options.until) {
    fmt::print(stderr, "custos scan: --since is not before --until: no event could be between them\n");
    return 2;
  }
  if (pcap->count() > 0 && a.options.captures.tool.empty()) {
    fmt::print(stderr, "custos scan: --pcap takes suricata, zeek or a path to one of them\n");
    return 2;
  }
  if (!level.empty()) {
    const auto l = parse_level(level);
    if (!l) {
      fmt::print(stderr, "custos scan: --min-level takes informational, low, medium, high or critical, not '{}'\n", printable(level));
      return 2;
    }
    a.options.min_level = *l;
  }
  return std::nullopt;
}

std::optional<int> parse_rules(const std::vector<std::string>& arguments, RulesArguments& a) {
  using namespace option_parsing;
  CLI::App app("What the rules are and whether they can be used.", "custos rules");
  app.footer("examples:\n  custos rules check my-rules/\n  custos rules list\n  custos rules explain \"Rule title\" event.json\n");
  app.require_subcommand(1);
  std::vector<std::string> placeholders, folders;
  auto* check = app.add_subcommand("check", "load every rule below the folders and name those that are refused, with the reason");
  check->add_option("DIR", folders, "folders or files of Sigma rules")->required();
  check->add_flag("--json", a.json, "one JSON object a rule");
  auto* list = app.add_subcommand("list", "the shipped rules, and those of --rules");
  list->add_flag("--json", a.json, "one JSON object a rule");
  auto* explain = app.add_subcommand("explain", "the condition tree of a rule on the events of a file, with true and false leaves");
  explain->add_option("RULE", a.rule, "id, title or file of the rule")->required();
  explain->add_option("EVENT", a.event, "file with the event, in any known format")->required();
  for (CLI::App* sub : {check, list, explain}) add_rule_options(*sub, a.rules, placeholders);
  if (const auto status = parse(app, arguments)) return status;
  if (const auto status = take_placeholders(placeholders, a.rules)) return status;
  a.verb = check->parsed() ? RulesArguments::Verb::Check : list->parsed() ? RulesArguments::Verb::List : RulesArguments::Verb::Explain;
  if (check->parsed()) {
    a.rules.builtin = false;
    a.rules.folders.insert(a.rules.folders.begin(), folders.begin(), folders.end());
  }
  return std::nullopt;
}

std::optional<int> parse_test(const std::vector<std::string>& arguments, FolderArguments& a) {
  using namespace option_parsing;
  CLI::App app("Runs .case files: logs, rules and what must be found (docs/formats/case.md).", "custos test");
  app.footer("examples:\n  custos test tests/cases\n  custos test my-cases --update      rewrites the expectations; review the difference\n");
  app.add_option("PATH", a.paths, "files and folders of .case files")->required();
  app.add_option("--root", a.root, "folder that `rules:` paths start from")->type_name("DIR");
  app.add_flag("--update", a.update, "rewrite the expectations to what is found");
  return parse(app, arguments);
}

std::optional<int> parse_bench(const std::vector<std::string>& arguments, BenchArguments& a) {
  using namespace option_parsing;
  CLI::App app("Times custos on your logs and rules beside references measured in the same run. It states, it does not judge: always ends 0.", "custos bench");
  app.footer("examples:\n  custos bench logs.ndjson --rules sigma/rules --no-builtin-rules\n  custos bench evtx/ --no-literals --runs 5 --json\n");
  std::vector<std::string> placeholders;
  app.add_option("LOGS", a.paths, "log files")->required();
  add_rule_options(app, a.rules, placeholders);
  app.add_option("--runs", a.runs, "runs; the median counts")->check(CLI::Range(1, 100));
  app.add_flag("!--no-literals", a.literals, "leave out 3 and 10 times the rules' literals (they take most of the time and memory)");
  app.add_flag("--json", a.json, "one JSON object");
  if (const auto status = parse(app, arguments)) return status;
  return take_placeholders(placeholders, a.rules);
}

std::optional<int> parse_simulate(const std::vector<std::string>& arguments, SimulateArguments& a) {
  using namespace option_parsing;
  CLI::App app("Writes an institution's ordinary weeks as logs of real formats, with labelled campaigns laid in. It writes records and does nothing else.",
               "custos simulate");
  app.footer(
      "examples:\n"
      "  custos simulate out --days 14 --hosts 80 --scenario espionage      then: custos scan out/logs\n"
      "  custos simulate - --only windows | gzip > windows.ndjson.gz\n"
      "  custos simulate --list                                             scenarios and kinds of log\n\n"
      "DIR gets logs/, truth.ndjson (what the campaigns did, and which records show it), institution.yaml and the parameters that were used.\n"
      "The same options give the same bytes. docs/simulation.md says what is real about it.\n"
      "\nexit status: 0 done, 2 unusable arguments, or a folder that can't be written to, 3 the summary or the list could not be written\n");
  auto& o = a.request.options;
  std::string start = "2026-09-07", windows = "ndjson";
  std::vector<std::string> only;
  app.add_option("DIR", a.request.folder, "folder to write to; - is standard output, for the logs that are JSON")->type_name("DIR");
  app.add_option("--seed", o.seed, "another number gives another institution and other days (1)")->type_name("N");
  app.add_option("--hosts", o.hosts, "computers, servers included (50)")->type_name("N");
  app.add_option("--days", o.days, "days to simulate (7)")->type_name("N");
  app.add_option("--start", start, "first day (2026-09-07, a Monday)")->type_name("DATE");
  app.add_option("--scenario", o.scenarios, "campaign to lay in (may be repeated; none: ordinary life)")->type_name("NAME")->allow_extra_args(false);
  app.add_option("--stealth", o.stealth, "of the campaigns: 0 hasty and loud, 1 patient and quiet (0.5)")->type_name("X");
  app.add_option("--parameters", a.request.parameters_file, "figures in place of the shipped ones (content/simulation/parameters.yml)")->type_name("FILE");
  app.add_option("--only", only, "write only this kind of log (may be repeated)")->type_name("KIND")->allow_extra_args(false);
  app.add_option("--windows", windows, "Windows events as ndjson, evtx or both")->check(CLI::IsMember({"ndjson", "evtx", "both"}));
  app.add_flag("--attribution", o.attribution, "also write attribution.ndjson: person and computer behind every record");
  app.add_flag("--force", a.request.force, "write into a folder that is not empty; logs and truth of an earlier run are removed");
  app.add_flag("--list", a.list, "name the scenarios and the kinds of log, and end");
  app.add_flag("--quiet", a.quiet, "no progress and no summary");
  if (const auto status = parse(app, arguments)) return status;
  if (a.list) return std::nullopt;
  if (a.request.folder.empty()) {
    fmt::print(stderr, "custos simulate: name a folder to write to\n`custos simulate --help` has the options and examples.\n");
    return 2;
  }
  if (const auto t = parse_any_time(start)) {
    o.start = *t;
  } else {
    fmt::print(stderr, "custos simulate: --start takes a date such as 2026-09-07, not '{}'\n", printable(start));
    return 2;
  }
  o.layout.only = {only.begin(), only.end()};
  o.layout.ndjson = windows != "evtx";
  o.layout.evtx = windows != "ndjson";
  o.layout.merged = a.request.folder == "-";
  return std::nullopt;
}

std::optional<int> parse_evaluate(const std::vector<std::string>& arguments, EvaluateArguments& a) {
  using namespace option_parsing;
  CLI::App app("Runs finding sources over labelled data and says what a number of alarms a day would find, and what it would cost.", "custos evaluate");
  std::string footer = "sets:\n";
  for (const auto& [name, title] : engine::evaluation_sets()) footer += fmt::format("  {:<10} {}\n", name, title);
  footer += "  entities   whose events they are: entity resolution on what `custos simulate --attribution` wrote\n";
  footer += "  attribution  who did it: attributed campaigns of ATT&CK held out of its facts, a file (docs/formats/attack-facts.md)\n";
  footer += "sources:\n";
  for (const auto& [name, title] : engine::evaluation_sources()) footer += fmt::format("  {:<12} {}\n", name, title);
  footer += "examples:\n  custos evaluate ait --data ait-alerts/ --budget 10\n  custos evaluate beacons --data zeek/ --source beacon_score --json -\n"
            "  custos evaluate simulated --data sim/ --without random --html report.html\n"
            "\nexit status: 0 done, 2 unusable arguments or data, 3 something could not be read whole,\n             or a result could not be written\n";
  app.footer(footer);
  std::vector<std::string> placeholders;
  std::string disturbances;
  engine::EvaluationOptions& o = a.options;
  o.memory = default_memory();
  app.add_option("SET", o.set, "the set: how the data is laid out and where its truth stands")->required();
  app.add_option("--data", o.data, "folder with the data; of attribution the file with the facts")->required()->type_name("DIR");
  app.add_option("--budget", o.budget, "alarms a day (default 10)")->type_name("N")->check(CLI::Range(1u, engine::EvaluationOptions::kMostBudget));
  app.add_option("--source", o.sources, "only this finding source (may be repeated); behavior@1 is one that keeps to 1 alarm a day, whatever the others do")
      ->type_name("NAME")
      ->allow_extra_args(false);
  app.add_option("--without", o.without, "without this finding source (may be repeated)")->type_name("NAME")->allow_extra_args(false);
  app.add_option("--beds", o.beds, "only these test beds, separated by commas")->type_name("NAMES")->delimiter(',')->allow_extra_args(false);
  app.add_option("--learn", o.learn_days, "days to learn from, where the set leaves it open")->type_name("DAYS");
  app.add_option("--calibrate", o.calibrate_days, "days to calibrate on, where the set leaves it open")->type_name("DAYS");
  app.add_option("--seed", o.seed, "of chance: the random source, injected data, the intervals (default 1)")->type_name("N");
  app.add_option("--memory", o.memory,
                 fmt::format("for a scene's observations and what is made of them, about 48 bytes each, such as 4GB; what does not fit is left out, and "
                             "that is said. Rules and readers need some 200 MB beside it (default: {} MB, half of this machine's, at most 4 GB)",
                             o.memory >> 20))
      ->type_name("SIZE")
      ->transform(CLI::AsSizeValue(false));
  app.add_flag("--ablate", o.ablate, "also what each source finds without each kind of log, and a fused one without each of its parts");
  std::vector<std::string> names;
  for (const auto& d : custos::evaluate::disturbances()) {
    names.emplace_back(d.name);
    disturbances += fmt::format("{}{}: {}", disturbances.empty() ? "" : "; ", d.name, d.does);
  }
  app.add_option("--disturb", o.disturb, fmt::format("also what each source finds in disturbed data (may be repeated). {}", disturbances))
      ->type_name("WHAT")
      ->allow_extra_args(false)
      ->check(CLI::IsMember(names));
  app.add_option("--json", a.json, "everything as one JSON object (- is standard output)")->type_name("FILE");
  app.add_option("--html", a.html, "one page with tables and QQ plots (- is standard output)")->type_name("FILE");
  app.add_flag("--quiet", a.quiet, "no progress and no tables");
  add_rule_options(app, o.rules, placeholders);
  add_limit_options(app, o.limits);
  if (const auto status = parse(app, arguments)) return status;
  if (o.set == "entities" || o.set == "attribution") return refuse_without_alarms(app, o.set);
  return take_placeholders(placeholders, o.rules);
}

std::optional<int> parse_learn(const std::vector<std::string>& arguments, LearnArguments& a) {
  using namespace option_parsing;
  CLI::App app("Learns from logs what is ordinary for every computer and account, into one file that `custos scan --baseline` uses.", "custos learn");
  app.footer(
      "examples:\n"
      "  custos learn /var/log/archive --baseline court.baseline --institution institution.yaml\n"
      "  custos learn new-week/ --baseline court.baseline            extends it: what lies before is passed over\n"
      "  custos baseline show court.baseline\n"
      "\nexit status: 0 done, 2 unusable arguments, logs or baseline, 3 something could not be read whole\n");
  app.add_option("LOGS", a.options.paths, "files and folders; - is standard input")->required()->type_name("PATH");
  app.add_option("--baseline", a.options.baseline, "the file to make or to extend")->required()->type_name("FILE");
  app.add_option("--institution", a.options.institution, "institution file: who is who, what is protected, who are peers")->type_name("FILE");
  app.add_option("--memory", a.options.memory, "for what is learned, such as 512MB (default)")->type_name("SIZE")->transform(CLI::AsSizeValue(false));
  app.add_flag("--quiet", a.quiet, "no progress and no summary");
  add_limit_options(app, a.options.limits);
  return parse(app, arguments);
}

std::optional<int> parse_baseline(const std::vector<std::string>& arguments, BaselineArguments& a) {
  using namespace option_parsing;
  CLI::App app("What a baseline holds: since when, of whom, how ordinary days scored. And several baselines in one.", "custos baseline");
  app.footer(
      "examples:\n"
      "  custos baseline show court.baseline\n"
      "  custos baseline merge hague.baseline annex.baseline --into court.baseline\n"
      "\nexit status: 0 done, 2 no such file, no baseline, or two that can't be merged\n");
  app.require_subcommand(1);
  auto* show = app.add_subcommand("show", "what it learned, by detector and role");
  show->add_option("FILE", a.file, "the baseline")->required()->type_name("FILE");
  show->add_flag("--json", a.json, "one JSON object");
  auto* merge = app.add_subcommand("merge", "what several learned apart - sites, collectors, months - as one");
  merge->add_option("FILES", a.merge.baselines, "two baselines or more")->required()->expected(2, 1'000)->type_name("FILE");
  merge->add_option("--into", a.merge.into, "the file to make")->required()->type_name("FILE");
  merge->add_option("--memory", a.merge.memory, "for what was learned, such as 512MB (default)")->type_name("SIZE")->transform(CLI::AsSizeValue(false));
  return parse(app, arguments);
}

std::optional<int> parse_institution(const std::vector<std::string>& arguments, InstitutionArguments& a) {
  using namespace option_parsing;
  CLI::App app("The institution file: what custos knows beforehand of hosts, people, services and what must be protected.", "custos institution");
  app.footer(
      "examples:\n"
      "  custos institution init /var/log --out institution.yaml     proposes a file from logs\n"
      "  custos institution init --ldif directory.ldif --csv hr.csv --name \"Court of Example\"\n"
      "  custos institution check institution.yaml\n"
      "  custos institution show institution.yaml COURT\\\\m.osei\n"
      "  custos institution who 10.20.4.31 /var/log --at 2026-11-10T13:22:40Z\n"
      "\nexit status: 0 fine, 1 errors in the file, or nothing of that name, 2 unreadable, 3 something could not be read whole,\n"
      "             or a result could not be written\n");
  app.require_subcommand(1);
  auto* init = app.add_subcommand("init", "propose a file, from logs, directories and tables; each entry says why it is there");
  init->add_option("LOGS", a.propose.logs, "files and folders of logs; - is standard input")->type_name("PATH");
  init->add_option("--ldif", a.propose.ldif, "an export of Active Directory or OpenLDAP (may be repeated)")->type_name("FILE")->allow_extra_args(false);
  init->add_option("--csv", a.propose.csv, "a table of people, accounts or hosts (may be repeated)")->type_name("FILE")->allow_extra_args(false);
  init->add_option("--name", a.propose.name, "what the institution is called")->type_name("NAME");
  init->add_option("--out", a.out, "the file to write (default: standard output)")->type_name("FILE");
  init->add_flag("--force", a.force, "write over a file that is there");
  init->add_flag("--quiet", a.quiet, "no progress");
  auto* check = app.add_subcommand("check", "say everything that is wrong with a file");
  check->add_option("FILE", a.file, "the institution file")->required();
  check->add_flag("--json", a.json, "one JSON object");
  auto* show = app.add_subcommand("show", "a file on one screen, or everything known of one name");
  show->add_option("FILE", a.file, "the institution file")->required();
  show->add_option("NAME", a.name, "a person, an account in any spelling, a host, an address, a network, a service, an item, a case, a unit");
  show->add_flag("--json", a.json, "one JSON object");
  auto* who = app.add_subcommand("who", "whose a name or an address was and when, from logs and the file");
  std::string at;
  who->add_option("NAME", a.who.name, "an address, a computer, or an account in any spelling")->required();
  who->add_option("LOGS", a.who.logs, "files and folders of logs; - is standard input")->type_name("PATH");
  who->add_option("--institution", a.who.institution, "institution file")->type_name("FILE");
  who->add_option("--at", at, "at this time alone (default: all that is known, in order of time)")->type_name("TIME");
  who->add_flag("--json", a.json, "one JSON object");
  if (const auto status = parse(app, arguments)) return status;
  if (const auto status = take_time("institution who", "--at", at, a.who.at)) return status;
  if (who->parsed() && a.who.logs.empty() && a.who.institution.empty()) {
    fmt::print(stderr, "custos institution who: name logs to look in, or an institution file (--institution)\n");
    return 2;
  }
  using Verb = InstitutionArguments::Verb;
  a.verb = init->parsed() ? Verb::Init : check->parsed() ? Verb::Check : who->parsed() ? Verb::Who : Verb::Show;
  return std::nullopt;
}

}  // namespace custos::cli
