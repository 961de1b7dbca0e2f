#include "base/files/lasting.h"

#include <vector>

namespace custos {
namespace lasting {
namespace {

std::string unfinished(const std::string& folder, const std::string& name) { return folder + "/" + name + ".new"; }

}  // namespace
}  // namespace lasting

std::string folder_above(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Result<void> write_whole(FileSystem& files, const std::string& path, std::string_view bytes, bool sync) {
  auto file = files.create(path);
  if (!file) return tl::unexpected<Error>(file.error());
  if (auto ok = (*file)->append(bytes); !ok) return ok;
  return sync ? (*file)->sync() : Result<void>();
}

Result<void> replace_file(FileSystem& files, const std::string& folder, const std::string& name, std::string_view bytes) {
  const std::string path = folder + "/" + name, next = lasting::unfinished(folder, name);
  if (auto ok = remove_unfinished(files, folder, name); !ok) return ok;
  auto ok = write_whole(files, next, bytes, true);
  if (ok) ok = files.rename(next, path);
  if (!ok) {
    static_cast<void>(files.remove(next));  // what is left of it is removed before the next one, too
    return ok;
  }
  return files.sync_folder(folder_above(path));
}

Result<void> remove_unfinished(FileSystem& files, const std::string& folder, const std::string& name) {
  const std::string path = lasting::unfinished(folder, name);
  return files.exists(path) ? files.remove(path) : Result<void>();
}

Result<void> make_lasting_folder(FileSystem& files, const std::string& folder) {
  std::vector<std::string> above;  // of those that are not there yet
  for (std::string f = folder; !files.exists(f) && f != "." && f != "/"; f = above.back()) above.push_back(folder_above(f));
  if (auto ok = files.make_folder(folder); !ok) return ok;
  for (const std::string& f : above) {
    if (auto ok = files.sync_folder(f); !ok) return ok;
  }
  return {};
}

}  // namespace custos
