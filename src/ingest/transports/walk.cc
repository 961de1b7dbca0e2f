#include <algorithm>
#include <cerrno>
#include <memory>
#include <set>
#include <tuple>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>

#include "base/text.h"
#include "ingest/source.h"
#include "ingest/transports/open_file.h"

namespace custos::ingest {
namespace walk_files {
namespace {

// Device and inode, and for file systems that give one inode number twice also size and time.
using Identity = std::tuple<dev_t, ino_t, off_t, time_t, long>;
Identity identity(const struct stat& s) { return {s.st_dev, s.st_ino, s.st_size, s.st_mtim.tv_sec, s.st_mtim.tv_nsec}; }

// Something on the way: an argument or an entry of a folder. `s` is what the path leads to.
struct Node {
  std::string path;
  struct stat s {};
  std::size_t depth = 0;
  bool link = false;
};

class Walker {
 public:
  explicit Walker(const Limits& limits) : limits_(limits) {}

  Result<Walk> run(const std::vector<std::string>& paths) {
    for (auto p = paths.rbegin(); p != paths.rend(); ++p) pending_.push_back({*p, {}, 0, false});
    std::size_t arguments = paths.size();
    while (!pending_.empty()) {
      Node node = std::move(pending_.back());
      pending_.pop_back();
      if (pending_.size() < arguments) {
        --arguments;
        if (node.path == "-") {
          if (!std::exchange(standard_input_, true)) found_.push_back(std::move(node));
          continue;
        }
        if (!look_at_argument(node)) {
          if (missing_)
            return fail(Code::NotFound, "there is no such file or folder; check the spelling",
                        to_valid_utf8(node.path));
          continue;
        }
      }
      take(std::move(node));
    }
    finish();
    return std::move(walk_);
  }

 private:
  // An argument may be a link; whatever it leads to was asked for.
  bool look_at_argument(Node& node) {
    struct stat itself {};
    const bool there = ::lstat(node.path.c_str(), &itself) == 0;
    if (there && ::stat(node.path.c_str(), &node.s) == 0) return true;
    const int error = errno;
    missing_ = !there && (error == ENOENT || error == ENOTDIR);
    if (!missing_) unreadable(node.path, there && error == ENOENT ? "a link that leads to nothing" : reason(error));
    return false;
  }

  void take(Node node) {
    if (const char* kind = special_kind(node.s.st_mode)) {
      unreadable(node.path, fmt::format("{}{}: only files are read", node.link ? "a link to " : "", kind));
    } else if (S_ISDIR(node.s.st_mode) && !node.link) {
      list(node);
    } else {
      // A file with a single name that comes a second time was reached by two arguments; hard links are read under each
      // name.
      if (!node.link && !seen_.insert(identity(node.s)).second && node.s.st_nlink == 1) return;
      found_.push_back(std::move(node));
    }
  }

  // Puts the entries of a folder on the stack, the last name first.
  void list(const Node& folder) {
    if (!seen_.insert(identity(folder.s)).second) return;  // it was named twice, or is mounted inside itself
    if (folder.depth > limits_.folder_depth) {
      unreadable(folder.path,
                 fmt::format("more than {} folders inside folders: raise the limit with --max-folder-depth",
                             limits_.folder_depth));
      return;
    }
    Descriptor fd = open_path(folder.path, O_DIRECTORY);
    const int error = errno;
    std::unique_ptr<DIR, int (*)(DIR*)> dir(fd.ok() ? ::fdopendir(fd.get()) : nullptr, ::closedir);
    if (!dir) {
      unreadable(folder.path, error == EACCES ? "no permission to list this folder" : reason(error));
      return;
    }
    const int at = fd.release();  // the DIR owns it now
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* e = ::readdir(dir.get())) {
      const std::string_view name = e->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
      errno = 0;
    }
    if (errno != 0) unreadable(folder.path, "listing the folder stopped: " + reason(errno));
    std::sort(names.begin(), names.end());
    const std::string front = folder.path.ends_with('/') ? folder.path : folder.path + '/';
    const auto before = static_cast<std::ptrdiff_t>(pending_.size());
    for (const std::string& name : names) look_at_entry(at, front, name, folder.depth + 1);
    std::reverse(pending_.begin() + before, pending_.end());
  }

  void look_at_entry(int folder, const std::string& front, const std::string& name, std::size_t depth) {
    Node node{front + name, {}, depth, false};
    if (::fstatat(folder, name.c_str(), &node.s, AT_SYMLINK_NOFOLLOW) != 0) {
      unreadable(node.path, reason(errno));
      return;
    }
    if (S_ISLNK(node.s.st_mode)) {
      node.link = true;
      if (::fstatat(folder, name.c_str(), &node.s, 0) != 0) {
        unreadable(node.path, errno == ENOENT ? "a link that leads to nothing" : reason(errno));
        return;
      }
    }
    pending_.push_back(std::move(node));
  }

  // Links come last: what stands in the folders under its own name is not read again through a link.
  void finish() {
    for (Node& n : found_) {
      if (n.path != "-" && n.link && !seen_.insert(identity(n.s)).second) continue;
      if (S_ISDIR(n.s.st_mode)) {
        unreadable(n.path, "a link to a folder outside: name that folder to read it");
        continue;
      }
      walk_.files.push_back({n.path, to_valid_utf8(n.path), static_cast<std::uint64_t>(n.s.st_size),
                             n.path == "-" ? kNoTime : modified(n.s)});
    }
  }

  void unreadable(const std::string& path, std::string why) {
    walk_.unreadable.push_back({to_valid_utf8(path), std::move(why)});
  }

  const Limits& limits_;
  std::vector<Node> pending_;
  std::vector<Node> found_;
  std::set<Identity> seen_;
  bool missing_ = false;
  bool standard_input_ = false;  // can be read once only
  Walk walk_;
};

}  // namespace
}  // namespace walk_files

Result<Walk> walk(const std::vector<std::string>& paths, const Limits& limits) {
  return walk_files::Walker(limits).run(paths);
}

}  // namespace custos::ingest
