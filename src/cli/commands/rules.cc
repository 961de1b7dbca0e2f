// custos rules: check, list, explain.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/files/file.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/options.h"
#include "engine/engine.h"

namespace custos::cli::rules {
namespace {

std::string json_text(std::string_view s) {
  std::string out = "\"";
  append_json_escaped(out, to_valid_utf8(s));
  return out + "\"";
}

// One line a document, of the keys that both loaded and refused ones have.
std::string check_line(std::string_view path, std::string_view id, std::string_view title, std::string_view kind, std::string_view reason, bool loaded) {
  return fmt::format("{{\"type\":\"rule\",\"path\":{},\"id\":{},\"title\":{},\"kind\":{},\"status\":\"{}\",\"reason\":{}}}\n", json_text(path), json_text(id),
                     json_text(title), json_text(kind), loaded ? "loaded" : "refused", json_text(reason));
}

void check_json(const engine::LoadedRules& r) {
  for (const auto& d : r.loaded.reports) fmt::print("{}", check_line(d.path, d.id, d.title, d.kind, d.reason, d.loaded));
  for (const RuleRefusal& u : r.unreadable) fmt::print("{}", check_line(u.path, {}, {}, {}, u.reason, false));
}

void check_text(const engine::LoadedRules& r) {
  std::size_t loaded = 0;
  std::map<std::string, std::size_t> kinds;
  for (const auto& d : r.loaded.reports) {
    if (d.loaded) {
      ++loaded;
      ++kinds[d.kind];
    } else {
      fmt::print("refused  {}{}{}\n         {}\n", printable(d.path), d.title.empty() ? "" : ": ", printable(d.title), printable(d.reason));
    }
  }
  for (const RuleRefusal& u : r.unreadable) fmt::print("refused  {}\n         {}\n", printable(u.path), printable(u.reason));
  fmt::print("{} files, {} documents: {} loaded", r.files, r.loaded.reports.size(), loaded);
  std::string parts;
  for (const auto& [kind, n] : kinds) parts += fmt::format("{}{} {}{}", parts.empty() ? "" : ", ", n, kind, n == 1 ? "" : "s");
  fmt::print("{}, {} refused\n", parts.empty() ? "" : " (" + parts + ")", r.loaded.reports.size() - loaded + r.unreadable.size());
}

int check(const RulesArguments& a) {
  auto r = engine::load_rules(a.rules);
  if (!r) {
    fmt::print(stderr, "custos rules check: {}: {}\n", printable(r.error().where), printable(r.error().text));
    return 2;
  }
  (a.json ? check_json : check_text)(*r);
  const auto& reports = r->loaded.reports;
  const bool all = r->unreadable.empty() && std::all_of(reports.begin(), reports.end(), [](const auto& d) { return d.loaded; });
  return all ? 0 : 1;
}

int list(const RulesArguments& a) {
  auto r = engine::load_rules(a.rules);
  if (!r) {
    fmt::print(stderr, "custos rules list: {}: {}\n", printable(r.error().where), printable(r.error().text));
    return 2;
  }
  const auto& program = *r->loaded.program;
  for (std::size_t i = 0; i < program.size(); ++i) {
    const RuleFacts& f = *program.facts(i);
    if (a.json) {
      std::string attack;
      for (const std::string& t : f.attack) attack += (attack.empty() ? "" : ",") + json_text(t);
      fmt::print("{{\"type\":\"rule\",\"id\":{},\"title\":{},\"level\":\"{}\",\"kind\":\"{}\",\"log_source\":{},\"attack\":[{}],", json_text(f.id),
                 json_text(f.title), level_name(f.level), f.kind, json_text(program.log_source(i)), attack);
      fmt::print("\"reports\":{},\"path\":{}}}\n", program.reports(i), json_text(f.path));
    } else {
      std::string attack;
      for (const std::string& t : f.attack) attack += (attack.empty() ? "" : " ") + t;
      const std::string source = f.kind == "correlation" ? "correlation" : printable(program.log_source(i), 34);
      fmt::print("{:<13} {:<70} {:<34} {}{}\n", level_name(f.level), printable(f.title, 67), source, printable(attack, 40),
                 program.reports(i) ? "" : "  (feeds correlations only)");
    }
  }
  return 0;
}

int explain(const RulesArguments& a) {
  auto text = engine::explain(a.rules, a.rule, a.event);
  if (!text) {
    fmt::print(stderr, "custos rules explain: {}{}{}\n", printable(text.error().where), text.error().where.empty() ? "" : ": ", printable(text.error().text));
    return 2;
  }
  fmt::print("{}", *text);
  return 0;
}

int run(const std::vector<std::string>& arguments) {
  RulesArguments a;
  if (const auto status = parse_rules(arguments, a)) return *status;
  switch (a.verb) {
    case RulesArguments::Verb::Check: return check(a);
    case RulesArguments::Verb::List: return list(a);
    default: return explain(a);
  }
}

}  // namespace

extern const Command command;
const Command command{"rules", "check, list and explain rules", run};

}  // namespace custos::cli::rules
