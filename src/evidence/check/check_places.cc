#include "evidence/check/check_places.h"

#include <fmt/format.h>

#include "evidence/log/folder.h"
#include "evidence/notes/checkpoint.h"
#include "evidence/segments/segment_folder.h"

namespace custos::evidence {
namespace checking_places {
namespace {

// "segments/<hh>/<name>", a name being 64 hexadecimal digits that begin with <hh>.
bool is_segment_path(const std::string& path) {
  const std::string name = path.substr(path.find_last_of('/') + 1);
  return name.size() == 64 && name.find_first_not_of("0123456789abcdef") == std::string::npos && segment_path(name) == path;
}

bool belongs(const std::string& path) {
  std::uint64_t first = 0;
  if (path.starts_with("journal/")) return parse_decimal(path.substr(8), first);
  const auto is_checked = [&](const char* folder) { return path.starts_with(folder); };
  // An epoch that is on record or not: a crash may leave one.
  return path == "log.json" || path == "checkpoint" || path == "lock" || is_epoch_path(path, first) || is_checked("tile/") || is_checked("checkpoints/") ||
         is_checked("timestamps/");
}

}  // namespace
}  // namespace checking_places

std::vector<std::string> plain_files(FileSystem& files, const std::string& folder, CheckReport& report) {
  auto all = all_files(files, folder);
  if (!all) {
    report.problem(fmt::format("{} can't be listed: {}", all.error().where, all.error().text));
    return {};
  }
  for (const std::string& path : *all) {
    const PathKind kind = files.kind(folder + "/" + path);
    if (kind != PathKind::File) report.problem(fmt::format("{} is {}; evidence is plain files", path, kind == PathKind::Link ? "a symbolic link" : "no file"));
  }
  return std::move(*all);
}

void check_places(const std::vector<std::string>& paths, const Contents& contents, Knowledge known, CheckReport& report) {
  std::uint64_t unnamed = 0;
  std::string first;
  for (const std::string& path : paths) {
    if (!path.starts_with("segments/")) {
      if (!checking_places::belongs(path)) report.problem(path + " does not belong into a folder of evidence");
      continue;
    }
    const std::string name = path.substr(path.find_last_of('/') + 1);
    if (!checking_places::is_segment_path(path)) {
      report.problem(path + " is no place of a segment: nothing else belongs below segments/");
    } else if (contents.deleted.contains(name)) {
      report.problem(path + " is there, and an entry says that it was deleted: a deletion that was cut off");
    } else if (known == Knowledge::All && !contents.by_file.contains(name) && ++unnamed == 1) {
      first = path;
    }
  }
  if (unnamed == 0) return;
  report.not_checked.push_back(
      fmt::format("{} segments, the first {}, belong to no entry: a scan that was cut off, or something that was put there", unnamed, first));
}

}  // namespace custos::evidence
