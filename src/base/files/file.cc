#include "base/files/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "base/files/errors.h"

namespace custos {

Result<std::string> read_file(const std::string& path, std::size_t most_bytes) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return fail(file_access::code_of(errno), file_access::say(errno), path);
  struct stat st{};
  std::string text;
  int error = 0;
  if (fstat(fd, &st) != 0) {
    error = errno;
  } else if (!S_ISREG(st.st_mode)) {
    close(fd);
    return fail(Code::Unreadable, "not a regular file", path);
  }
  char buffer[65536];
  while (error == 0) {
    const ssize_t n = read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) error = errno;
    if (n <= 0) break;
    text.append(buffer, static_cast<std::size_t>(n));
    if (text.size() > most_bytes) {
      close(fd);
      return fail(Code::Limit, fmt::format("larger than {} bytes", most_bytes), path);
    }
  }
  close(fd);
  if (error != 0) return fail(file_access::code_of(error), file_access::say(error), path);
  return text;
}

Result<std::unique_ptr<OutputFile>> OutputFile::create(const std::string& path) {
  std::unique_ptr<OutputFile> out(new OutputFile);
  out->path_ = path;
  if (path == "-") {
    out->fd_ = dup(STDOUT_FILENO);
    if (out->fd_ < 0) return fail(file_access::code_of(errno), file_access::say(errno), "standard output");
    return out;
  }
  struct stat st{};
  const bool there = stat(path.c_str(), &st) == 0;
  if (there && S_ISDIR(st.st_mode)) return fail(Code::Usage, "is a folder; name a file", path);
  if (there && !S_ISREG(st.st_mode)) {
    out->fd_ = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  } else {
    out->temporary_ = fmt::format("{}.part-{}", path, getpid());
    out->fd_ = open(out->temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  }
  if (out->fd_ < 0) {
    out->temporary_.clear();
    return fail(file_access::code_of(errno), file_access::say(errno), path);
  }
  return out;
}

OutputFile::~OutputFile() {
  if (fd_ >= 0) close(fd_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

void OutputFile::write(std::string_view bytes) {
  if (failure_ != 0) return;
  buffer_ += bytes;
  if (buffer_.size() >= (1u << 18)) flush();
}

void OutputFile::flush() {
  std::string_view rest = buffer_;
  while (failure_ == 0 && !rest.empty()) {
    const ssize_t n = ::write(fd_, rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) failure_ = errno;
    if (n > 0) rest.remove_prefix(static_cast<std::size_t>(n));
  }
  buffer_.clear();
}

void OutputFile::rewrite_start(std::string_view bytes) {
  flush();
  while (failure_ == 0 && !bytes.empty()) {
    const ssize_t n = pwrite(fd_, bytes.data(), bytes.size(), 0);
    if (n < 0 && errno != EINTR) failure_ = errno;
    if (n >= 0) return;  // a head is smaller than a page: the system takes it whole or not at all
  }
}

Result<void> OutputFile::commit() {
  flush();
  const std::string name = path_ == "-" ? "standard output" : path_;
  if (failure_ == 0 && !temporary_.empty() && fsync(fd_) != 0) failure_ = errno;
  if (close(fd_) != 0 && failure_ == 0) failure_ = errno;
  fd_ = -1;
  if (failure_ == 0 && !temporary_.empty() && rename(temporary_.c_str(), path_.c_str()) != 0) failure_ = errno;
  if (failure_ != 0) return fail(file_access::code_of(failure_), file_access::say(failure_), name);
  temporary_.clear();
  return {};
}

}  // namespace custos
