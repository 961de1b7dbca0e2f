// The command line options that several commands share, parsed by CLI11 in one place.
// Called by commands/; fills engine options.
// Values.
// The main thread.
// Refuses what makes no sense with a sentence on standard error; the status to end with is returned.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/evidence_options.h"
#include "engine/engine.h"

namespace custos::cli {

struct OutputOption {
  std::string name;   // "json": --json FILE
  std::string title;
  std::string path;   // empty: not asked for
};

struct ScanArguments {
  engine::ScanOptions options;
  LogArguments log;  // --seal, or of --case
  std::string case_folder, identity;
  std::vector<OutputOption> outputs;
  bool quiet = false;
};

// Nothing: go on. A value: end with this status (help was shown, or a mistake was named).
std::optional<int> parse_scan(const std::vector<std::string>& arguments, std::string_view examples, ScanArguments& into);

struct RulesArguments {
  enum class Verb { None, Check, List, Explain } verb = Verb::None;
  engine::RuleOptions rules;
  bool json = false;
  std::string rule, event;  // explain: id or title; file with the event
};
std::optional<int> parse_rules(const std::vector<std::string>& arguments, RulesArguments& into);

struct FolderArguments {
  std::vector<std::string> paths;
  bool update = false;
  std::string root = ".";
};
std::optional<int> parse_test(const std::vector<std::string>& arguments, FolderArguments& into);

struct BenchArguments {
  std::vector<std::string> paths;
  engine::RuleOptions rules;
  unsigned runs = 3;
  bool literals = true;
  bool json = false;
};
std::optional<int> parse_bench(const std::vector<std::string>& arguments, BenchArguments& into);

struct SimulateArguments {
  engine::SimulationRequest request;
  bool list = false, quiet = false;
};
std::optional<int> parse_simulate(const std::vector<std::string>& arguments, SimulateArguments& into);

struct EvaluateArguments {
  engine::EvaluationOptions options;
  std::string json, html;  // files; empty: not asked for
  bool quiet = false;
};
std::optional<int> parse_evaluate(const std::vector<std::string>& arguments, EvaluateArguments& into);

struct InstitutionArguments {
  enum class Verb { Init, Check, Show, Who } verb = Verb::Check;
  std::string file, name;  // check, show; name: of what to show
  bool json = false;
  engine::ProposeOptions propose;
  engine::WhoOptions who;
  std::string out = "-";
  bool force = false, quiet = false;
};
struct LearnArguments {
  engine::LearnOptions options;
  bool quiet = false;
};
std::optional<int> parse_learn(const std::vector<std::string>& arguments, LearnArguments& into);

struct BaselineArguments {
  std::string file;  // empty: `merge`
  bool json = false;
  engine::MergeOptions merge;
};
std::optional<int> parse_baseline(const std::vector<std::string>& arguments, BaselineArguments& into);

std::optional<int> parse_institution(const std::vector<std::string>& arguments, InstitutionArguments& into);

}  // namespace custos::cli
