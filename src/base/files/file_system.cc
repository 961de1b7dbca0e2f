#include "base/files/file_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "base/files/errors.h"
#include "base/files/file.h"

namespace custos {
namespace system_files {
namespace {

tl::unexpected<Error> trouble(const std::string& path) { return fail(file_access::code_of(errno), file_access::say(errno), path); }

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

class SystemFile final : public AppendFile {
 public:
  SystemFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

  Result<void> append(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t n = write(fd_.get(), bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return trouble(path_);
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
  }

  Result<void> sync() override {
    if (fdatasync(fd_.get()) != 0) return trouble(path_);
    return {};
  }

 private:
  Descriptor fd_;
  std::string path_;
};

class SystemLock final : public FileLock {
 public:
  explicit SystemLock(int fd) : fd_(fd) {}

 private:
  Descriptor fd_;
};

Result<void> with_folder(const std::string& path, int (*act)(int)) {
  const Descriptor fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0 || act(fd.get()) != 0) return trouble(path);
  return {};
}

class SystemFiles final : public FileSystem {
 public:
  Result<std::unique_ptr<AppendFile>> create(const std::string& path) override {
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return trouble(path);
    return std::make_unique<SystemFile>(fd, path);
  }

  Result<std::unique_ptr<AppendFile>> append_to(const std::string& path) override {
    const int fd = open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd < 0) return trouble(path);
    return std::make_unique<SystemFile>(fd, path);
  }

  Result<std::string> read(const std::string& path, std::uint64_t most_bytes) override { return read_file(path, most_bytes); }

  Result<std::string> read_from_disk(const std::string& path, std::uint64_t most_bytes) override {
    {
      const Descriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
      if (fd.get() < 0) return trouble(path);
      static_cast<void>(posix_fadvise(fd.get(), 0, 0, POSIX_FADV_DONTNEED));  // drops what is clean; what was synced is
    }
    return read_file(path, most_bytes);
  }

  Result<std::uint64_t> size(const std::string& path) override {
    struct stat st{};
    if (stat(path.c_str(), &st) != 0) return trouble(path);
    if (!S_ISREG(st.st_mode)) return fail(Code::Unreadable, "not a regular file", path);
    return static_cast<std::uint64_t>(st.st_size);
  }

  Result<void> rename(const std::string& from, const std::string& to) override {
    if (std::rename(from.c_str(), to.c_str()) != 0) return trouble(to);
    return {};
  }

  Result<void> remove(const std::string& path) override {
    if (unlink(path.c_str()) != 0) return trouble(path);
    return {};
  }

  Result<void> make_folder(const std::string& path) override {
    if (mkdir(path.c_str(), 0700) == 0) return {};
    if (errno == EEXIST) {
      struct stat st{};
      if (stat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode)) return {};
      return fail(Code::Usage, "is a file, and a folder was wanted", path);
    }
    const std::size_t slash = path.find_last_of('/');
    if (errno != ENOENT || slash == std::string::npos || slash == 0) return trouble(path);
    if (auto above = make_folder(path.substr(0, slash)); !above) return above;
    if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return trouble(path);
    return {};
  }

  Result<void> sync_folder(const std::string& path) override { return with_folder(path, fsync); }
  Result<void> sync_all(const std::string& path) override { return with_folder(path, syncfs); }

  bool exists(const std::string& path) override {
    struct stat st{};
    return lstat(path.c_str(), &st) == 0;
  }

  PathKind kind(const std::string& path) override {
    struct stat st{};
    if (lstat(path.c_str(), &st) != 0) return PathKind::Nothing;
    return S_ISREG(st.st_mode) ? PathKind::File : S_ISDIR(st.st_mode) ? PathKind::Folder : S_ISLNK(st.st_mode) ? PathKind::Link : PathKind::Other;
  }

  Result<std::vector<std::string>> list(const std::string& path) override {
    const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir(path.c_str()), closedir);
    if (!folder) return trouble(path);
    std::vector<std::string> names;
    while (const dirent* e = readdir(folder.get())) {
      std::string name = e->d_name;
      if (name == "." || name == "..") continue;
      struct stat st{};
      if (lstat((path + "/" + name).c_str(), &st) == 0 && S_ISDIR(st.st_mode)) name += '/';
      names.push_back(std::move(name));
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return trouble(path);
    auto held = std::make_unique<SystemLock>(fd);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
      return fail(Code::Denied, "another process writes to it; wait until it is done", path);
    }
    return held;
  }
};

}  // namespace
}  // namespace system_files

std::unique_ptr<FileSystem> real_files() { return std::make_unique<system_files::SystemFiles>(); }

}  // namespace custos
