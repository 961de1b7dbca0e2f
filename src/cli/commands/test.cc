// custos test: .case files, ours and the user's.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/options.h"
#include "engine/engine.h"

namespace custos::cli::test {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> case_files(const std::vector<std::string>& paths) {
  std::vector<std::string> out;
  for (const std::string& p : paths) {
    std::error_code error;
    if (!fs::is_directory(p, error)) {
      out.push_back(p);
      continue;
    }
    for (fs::recursive_directory_iterator it(p, error), end; !error && it != end; it.increment(error)) {
      if (it->path().extension() == ".case") out.push_back(it->path().string());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

int run(const std::vector<std::string>& arguments) {
  FolderArguments a;
  if (const auto status = parse_test(arguments, a)) return *status;
  for (const std::string& p : a.paths) {
    std::error_code error;
    if (fs::exists(p, error)) continue;
    fmt::print(stderr, "custos test: {}: there is no such file or folder\n", printable(p));
    return 2;
  }
  const auto files = case_files(a.paths);
  if (files.empty()) {
    fmt::print(stderr, "custos test: no .case file below the given paths\n");
    return 2;
  }
  std::size_t passed = 0, failed = 0;
  for (const std::string& file : files) {
    auto outcomes = engine::run_case_file(file, {a.root, a.update});
    if (!outcomes) {
      ++failed;
      fmt::print("FAILED {}\n       {}\n", printable(file), printable(outcomes.error().text));
      continue;
    }
    for (const auto& o : *outcomes) {
      if (o.failures.empty()) {
        ++passed;
        continue;
      }
      ++failed;
      fmt::print("FAILED {}: {}\n", printable(o.file), printable(o.name));
      for (const std::string& why : o.failures) fmt::print("       {}\n", printable(why));
    }
  }
  fmt::print("{} passed, {} failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace

extern const Command command;
const Command command{"test", "run .case files: logs, rules and what must be found", run};

}  // namespace custos::cli::test
