#include "ingest/transports/open_file.h"

#include <cerrno>
#include <climits>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace custos::ingest {

Descriptor& Descriptor::operator=(Descriptor&& o) noexcept {
  if (this != &o) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = o.release();
  }
  return *this;
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

int Descriptor::release() { return std::exchange(fd_, -1); }

Descriptor open_path(const std::string& path, int flags) {
  const int all = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags;
  if (path.find('\0') != std::string::npos) {
    errno = ENOENT;
    return Descriptor();
  }
  // The kernel takes at most PATH_MAX bytes at once: go down by pieces that end before a slash.
  constexpr std::size_t kPiece = PATH_MAX - 1;
  Descriptor folder;
  std::size_t at = 0;
  while (path.size() - at > kPiece) {
    const std::size_t cut = path.rfind('/', at + kPiece - 1);
    if (cut == std::string::npos || cut <= at) {
      errno = ENAMETOOLONG;
      return Descriptor();
    }
    const std::string piece = path.substr(at, cut - at);
    Descriptor next(::openat(folder.ok() ? folder.get() : AT_FDCWD, piece.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!next.ok()) return next;
    folder = std::move(next);
    at = path.find_first_not_of('/', cut);
    if (at == std::string::npos) return folder;
  }
  return Descriptor(::openat(folder.ok() ? folder.get() : AT_FDCWD, path.c_str() + at, all));
}

std::string reason(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
      return "no permission to read it";
    case ENOENT:
      return "it is not there (any more)";
    case ELOOP:
      return "a link that leads in a circle";
    case ENAMETOOLONG:
      return "its path is longer than the system takes";
    case ENXIO:
      return "a socket or a device without a driver: only files are read";
    case EMFILE:
    case ENFILE:
      return "too many open files: raise `ulimit -n`";
    default:
      return std::generic_category().message(error);
  }
}

const char* special_kind(unsigned mode) {
  switch (mode & S_IFMT) {
    case S_IFREG:
    case S_IFDIR:
      return nullptr;
    case S_IFIFO:
      return "a named pipe";
    case S_IFSOCK:
      return "a socket";
    case S_IFCHR:
    case S_IFBLK:
      return "a device";
    default:
      return "no file";
  }
}

Micros modified(const struct stat& s) {
  // Times beyond the calendar (a damaged inode) are none.
  constexpr std::int64_t kMost = 253'402'300'800;  // the year 10,000
  const std::int64_t seconds = s.st_mtim.tv_sec;
  if (seconds <= -kMost || seconds >= kMost) return kNoTime;
  return seconds * kSecond + s.st_mtim.tv_nsec / 1000;
}

}  // namespace custos::ingest
