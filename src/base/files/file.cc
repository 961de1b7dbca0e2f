#include "base/files/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "base/files/errors.h"
#include "base/files/spared.h"

namespace custos {

namespace reading_files {
namespace {

// Hands the file's bytes over piece by piece; `take` says whether it wants more.
template <class Take>
Result<void> read_pieces(const std::string& path, const Take& take) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return fail(file_access::code_of(errno), file_access::say(errno), path);
  struct stat st{};
  const int error = fstat(fd, &st) != 0 ? errno : 0;
  Result<void> done = error != 0 ? fail(file_access::code_of(error), file_access::say(error), path) : Result<void>();
  if (done && !S_ISREG(st.st_mode)) done = fail(Code::Unreadable, "not a regular file", path);
  char buffer[65536];
  while (done) {
    const ssize_t n = read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) done = fail(file_access::code_of(errno), file_access::say(errno), path);
    if (n <= 0) break;
    done = take(std::string_view(buffer, static_cast<std::size_t>(n)));
  }
  close(fd);
  return done;
}

}  // namespace
}  // namespace reading_files

Result<std::string> read_file(const std::string& path, std::size_t most_bytes) {
  std::string text;
  auto done = reading_files::read_pieces(path, [&](std::string_view piece) -> Result<void> {
    text += piece;
    if (text.size() > most_bytes) return fail(Code::Limit, fmt::format("larger than {} bytes", most_bytes), path);
    return {};
  });
  if (!done) return tl::unexpected<Error>(done.error());
  return text;
}

Result<Hash32> hash_file(const std::string& path) {
  Sha256 hash;
  auto done = reading_files::read_pieces(path, [&](std::string_view piece) -> Result<void> {
    hash.add(piece);
    return {};
  });
  if (!done) return tl::unexpected<Error>(done.error());
  return hash.finish();
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
  if (auto ok = spare_evidence(path); !ok) return tl::unexpected<Error>(ok.error());
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
