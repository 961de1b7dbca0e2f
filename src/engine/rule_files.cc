#include "engine/rule_files.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/files/file.h"
#include "base/text.h"
#include "engine/builtin.h"

namespace custos::engine {
namespace rule_files {

constexpr std::size_t kMostBytes = 8u << 20;

namespace fs = std::filesystem;

bool is_rule_file(const fs::path& p) { return p.extension() == ".yml" || p.extension() == ".yaml"; }

// A shipped filter speaks of what the institution file tells; without that there is nothing to leave out.
bool in_use(const BuiltinFile& file, const rules::Placeholders& given) {
  if (!file.path.starts_with("content/rules/filters/")) return true;
  for (std::size_t at = file.text.find("'%"); at != std::string_view::npos; at = file.text.find("'%", at + 2)) {
    const std::size_t end = file.text.find("%'", at + 2);
    if (end == std::string_view::npos || !given.contains(std::string(file.text.substr(at + 2, end - at - 2)))) return false;
  }
  return true;
}

class Collector {
 public:
  Collector(std::vector<rules::RuleText>& files, std::vector<RuleRefusal>& unreadable) : files_(files), unreadable_(unreadable) {}

  Result<void> add(const std::string& path) {
    std::error_code error;
    const auto status = fs::status(path, error);
    if (error || status.type() == fs::file_type::not_found) {
      return fail(Code::NotFound, "there is no such rule file or folder", path);
    }
    if (status.type() == fs::file_type::directory) {
      folder(path);
      if (empty_) return fail(Code::Usage, "no rule file (.yml, .yaml) is in this folder", path);
    } else {
      file(path);
    }
    return {};
  }

 private:
  void folder(const fs::path& path) {
    std::error_code error;
    std::vector<fs::path> found;
    fs::recursive_directory_iterator it(path, fs::directory_options::none, error), end;
    while (!error && it != end) {
      std::error_code ignored;
      if (it->is_regular_file(ignored) && is_rule_file(it->path())) found.push_back(it->path());
      it.increment(error);
    }
    empty_ = found.empty();
    if (error) unreadable_.push_back({to_valid_utf8(path.string()), {}, {}, "the folder could not be read: " + error.message()});
    std::sort(found.begin(), found.end());
    for (const fs::path& f : found) file(f.string());
  }

  void file(const std::string& path) {
    auto text = read_file(path, kMostBytes);
    if (!text) {
      unreadable_.push_back({to_valid_utf8(path), {}, {}, text.error().text});
      return;
    }
    files_.push_back({to_valid_utf8(path), std::move(*text)});
  }

  std::vector<rules::RuleText>& files_;
  std::vector<RuleRefusal>& unreadable_;
  bool empty_ = false;  // the folder taken last
};

}  // namespace rule_files

Result<std::vector<rules::RuleText>> read_rules(const RuleOptions& options, std::vector<RuleRefusal>& unreadable, std::size_t& shipped) {
  std::vector<rules::RuleText> files;
  if (options.builtin) {
    for (const BuiltinFile& f : builtin_rules()) {
      if (rule_files::in_use(f, options.placeholders)) files.push_back({std::string(f.path), std::string(f.text)});
    }
  }
  shipped = files.size();
  rule_files::Collector collector(files, unreadable);
  for (const std::string& folder : options.folders) {
    if (auto ok = collector.add(folder); !ok) return tl::unexpected<Error>(ok.error());
  }
  files.insert(files.end(), options.texts.begin(), options.texts.end());
  return files;
}

Result<rules::LoadOptions> read_load_options(const RuleOptions& options) {
  rules::LoadOptions load;
  load.placeholders = options.placeholders;
  for (const std::string& path : options.pipelines) {
    auto text = read_file(path, rule_files::kMostBytes);
    if (!text) return tl::unexpected<Error>(text.error());
    load.pipelines.push_back({to_valid_utf8(path), std::move(*text)});
  }
  for (const BuiltinFile& f : builtin_pipelines()) load.telemetry_pipelines.push_back({std::string(f.path), std::string(f.text)});
  return load;
}

Result<LoadedRules> load_rules(const RuleOptions& options) {
  LoadedRules out;
  std::size_t shipped = 0;
  auto files = read_rules(options, out.unreadable, shipped);
  if (!files) return tl::unexpected<Error>(files.error());
  auto load = read_load_options(options);
  if (!load) return tl::unexpected<Error>(load.error());
  auto loaded = rules::load(*files, *load);
  if (!loaded) return tl::unexpected<Error>(loaded.error());
  out.files = files->size();
  for (std::size_t i = shipped; i < files->size(); ++i) out.user_files.push_back((*files)[i].path);
  out.loaded = std::move(*loaded);
  return out;
}

}  // namespace custos::engine
