#include "engine/casework/case_folder.h"

#include <filesystem>

#include <fmt/format.h>

#include "base/files/spared.h"

namespace custos::engine {
namespace case_folders {
namespace {

std::string without_slash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

// What lies beside "." has the folder's own name.
std::string by_name(const std::string& folder) {
  const std::string path = without_slash(folder), last = path.substr(path.find_last_of('/') + 1);
  std::error_code error;
  const auto real = std::filesystem::weakly_canonical(std::filesystem::absolute(path, error), error);
  return error || (last != "." && last != "..") ? path : real.string();
}

}  // namespace
}  // namespace case_folders

std::string evidence_folder(const std::string& case_folder) { return case_folders::without_slash(case_folder) + "/evidence"; }

std::string merged_folder(const std::string& case_folder, const std::string& number) {
  return case_folders::without_slash(case_folder) + "/merged/" + number;
}

LogAccess evidence_of(const std::string& case_folder, LogAccess with) {
  with.folder = evidence_folder(case_folder);
  if (with.key_file.empty()) with.key_file = case_folders::by_name(case_folder) + ".key";
  return with;
}

void name_log(const std::string& case_folder, LogAccess& access) {
  const std::string path = case_folders::by_name(case_folder);
  if (access.origin.empty()) access.origin = fmt::format("{}/{}", host_name(), path.substr(path.find_last_of('/') + 1));
}

Result<void> check_is_case(FileSystem& files, const std::string& folder) {
  switch (files.kind(folder)) {
    case PathKind::Nothing: return fail(Code::NotFound, "there is no such case; `custos case new` makes one", folder);
    case PathKind::File:
    case PathKind::Other: return fail(Code::Usage, "is no folder, and a case is one", folder);
    case PathKind::Folder:
    case PathKind::Link: break;
  }
  auto settings = files.read(evidence_folder(folder) + "/log.json", 1u << 20);
  if (settings) return {};
  if (settings.error().code != Code::NotFound) return tl::unexpected<Error>(settings.error());
  if (files.exists(folder + "/log.json")) return fail(Code::Usage, "is a folder of evidence; of a case, name the folder that its evidence/ is in", folder);
  return fail(Code::NotFound, "is no case: it has no evidence/log.json; `custos case new` makes one", folder);
}

Result<void> is_free_for_case(FileSystem& files, const std::string& folder) {
  const PathKind kind = files.kind(folder);
  if (kind == PathKind::Nothing) return spare_evidence(case_folders::without_slash(folder));
  if (kind != PathKind::Folder && kind != PathKind::Link) return fail(Code::Usage, "is no folder, and a case is one; name a new one", folder);
  auto names = files.list(folder);
  if (!names) return tl::unexpected<Error>(names.error());
  for (const std::string& name : *names) {
    const bool ours = name == "evidence/" || name == "hunt/" || name == "case.lock" || name.starts_with("case.db");
    if (!ours) return fail(Code::Usage, "is not empty, and no case; name a new folder", folder);
  }
  return {};
}

Result<bool> is_encrypted(FileSystem& files, const std::string& evidence) {
  auto settings = evidence::read_settings(files, evidence);
  if (!settings) return tl::unexpected<Error>(settings.error());
  if (!settings->recipients.empty()) return true;
  const auto epochs = files.list(evidence + "/epochs");
  return epochs && !epochs->empty();
}

}  // namespace custos::engine
