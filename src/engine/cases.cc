#include "engine/cases.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

#include "base/files/file.h"
#include "engine/case_file.h"
#include "engine/scan.h"

namespace custos::engine {
namespace case_running {

namespace fs = std::filesystem;

// A folder of its own for the logs of one case, gone afterwards.
class Scratch {
 public:
  static Result<std::unique_ptr<Scratch>> make() {
    std::error_code error;
    std::string pattern = (fs::temp_directory_path(error) / "custos-case-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) return fail(Code::Unreadable, "no temporary folder could be made", pattern);
    std::unique_ptr<Scratch> s(new Scratch);
    s->folder_ = pattern;
    return s;
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  std::string put(const std::string& name, const std::string& content) {
    const fs::path path = folder_ / name;
    std::ofstream(path, std::ios::binary) << content;
    return path.string();
  }
  fs::path sub(const std::string& name) {
    std::error_code ignored;
    fs::create_directory(folder_ / name, ignored);
    return folder_ / name;
  }

 private:
  Scratch() = default;
  fs::path folder_;
};

std::string describe(const Finding& f) {
  return fmt::format("finding \"{}\" count {} level {} file {}", f.rule->title, f.count, level_name(f.rule->level),
                     fs::path(f.source.file).filename().string());
}

bool fits(const Expectation& e, const Finding& f) {
  if (e.title != f.rule->title) return false;
  if (e.count && *e.count != f.count) return false;
  if (!e.level.empty() && e.level != level_name(f.rule->level)) return false;
  if (!e.file.empty() && fs::path(f.source.file).filename().string() != e.file) return false;
  return e.field.empty() || std::any_of(f.matched.begin(), f.matched.end(), [&](const Match& m) { return m.field == e.field; });
}

std::vector<std::string> compare(const Case& c, std::vector<Finding> findings) {
  std::vector<std::string> failures;
  if (!c.nothing && c.expect.empty()) failures.push_back("the case expects nothing in particular; write `nothing` or a finding");
  for (const Expectation& e : c.expect) {
    const auto it = std::find_if(findings.begin(), findings.end(), [&](const Finding& f) { return fits(e, f); });
    if (it == findings.end()) {
      failures.push_back("not found: " + e.text);
    } else {
      findings.erase(it);
    }
  }
  for (const Finding& f : findings) failures.push_back("not expected: " + describe(f));
  return failures;
}

Result<ScanResult> run(const Case& c, const CaseOptions& options) {
  auto scratch = Scratch::make();
  if (!scratch) return tl::unexpected<Error>(scratch.error());
  ScanOptions scan_options;
  scan_options.rules.builtin = false;
  for (const std::string& r : c.rules) scan_options.rules.folders.push_back((fs::path(options.root) / r).string());
  (*scratch)->sub("rules");
  (*scratch)->sub("logs");
  for (const auto& [name, text] : c.inline_rules) scan_options.rules.folders.push_back((*scratch)->put("rules/" + name, text));
  for (const auto& [name, text] : c.logs) scan_options.paths.push_back((*scratch)->put("logs/" + name, text));
  auto result = scan(scan_options, nullptr);
  if (!result) return result;
  for (const RuleRefusal& r : result->coverage.rules.refusals) {
    return fail(Code::Malformed, fmt::format("rule refused: {}: {}", r.title, r.reason), r.path);
  }
  return result;
}

// The file's text with the expect section of each case replaced by what was found.
std::string updated(std::string_view text, const std::vector<Case>& cases, const std::vector<std::vector<Finding>>& found) {
  std::string out;
  std::size_t line = 0, next = 0;
  while (!text.empty() || next < cases.size()) {
    if (next < cases.size() && line == cases[next].expect_line) {
      if (found[next].empty()) out += "nothing\n";
      for (const Finding& f : found[next]) out += fmt::format("finding \"{}\" count {}\n", f.rule->title, f.count);
      bool blank = false;
      for (; line < cases[next].expect_end && !text.empty(); ++line) {
        const std::size_t end = text.find('\n');
        blank = text.substr(0, end).empty();
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      }
      if (blank && !text.empty()) out += "\n";
      ++next;
      continue;
    }
    if (text.empty()) break;
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    out += text.substr(0, end);
    text.remove_prefix(end);
    ++line;
  }
  return out;
}

}  // namespace case_running

Result<std::vector<CaseOutcome>> run_case_file(const std::string& path, const CaseOptions& options) {
  auto text = read_file(path, 64u << 20);
  if (!text) return tl::unexpected<Error>(text.error());
  auto cases = parse_case_file(*text);
  if (!cases) return fail(cases.error().code, cases.error().text, path);
  std::vector<CaseOutcome> outcomes;
  std::vector<std::vector<Finding>> found;
  for (const Case& c : *cases) {
    auto result = case_running::run(c, options);
    CaseOutcome outcome{path, c.name, {}};
    if (!result) {
      outcome.failures.push_back(result.error().where + ": " + result.error().text);
    } else if (!options.update) {
      outcome.failures = case_running::compare(c, result->findings);
    }
    found.push_back(result ? std::move(result->findings) : std::vector<Finding>{});
    outcomes.push_back(std::move(outcome));
  }
  const bool sound = std::all_of(outcomes.begin(), outcomes.end(), [](const CaseOutcome& o) { return o.failures.empty(); });
  if (options.update && sound) {
    auto file = OutputFile::create(path);
    if (!file) return tl::unexpected<Error>(file.error());
    (*file)->write(case_running::updated(*text, *cases, found));
    if (auto ok = (*file)->commit(); !ok) return tl::unexpected<Error>(ok.error());
  }
  return outcomes;
}

}  // namespace custos::engine
