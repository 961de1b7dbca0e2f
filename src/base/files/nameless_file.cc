#include "base/files/nameless_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace custos {

tl::unexpected<Error> NamelessFile::trouble(const char* doing) const {
  const int code = errno;
  return fail(code == ENOSPC ? Code::Full : Code::Unreadable,
              std::string("cannot ") + doing + " the temporary file for " + purpose_ + ": " + std::strerror(code), folder_);
}

Result<void> NamelessFile::open() {
  file_ = ::open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file_ >= 0) return {};
  std::string path = folder_ + "/custos-XXXXXX";  // a file system without nameless files
  file_ = ::mkostemp(path.data(), O_CLOEXEC);
  if (file_ < 0) return trouble("make");
  ::unlink(path.c_str());
  return {};
}

Result<void> NamelessFile::append(Bytes bytes) {
  if (file_ < 0) {
    if (auto opened = open(); !opened) return opened;
  }
  while (!bytes.empty()) {
    const ssize_t n = ::write(file_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return trouble("write");
    bytes.remove_prefix(static_cast<std::size_t>(n));
    size_ += static_cast<std::uint64_t>(n);
  }
  return {};
}

bool NamelessFile::read(std::uint64_t at, char* to, std::size_t n) const {
  while (n > 0) {
    const ssize_t got = ::pread(file_, to, n, static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    to += got;
    at += static_cast<std::uint64_t>(got);
    n -= static_cast<std::size_t>(got);
  }
  return true;
}

void NamelessFile::clear() {
  if (file_ >= 0) ::close(file_);
  file_ = -1;
  size_ = 0;
}

}  // namespace custos
