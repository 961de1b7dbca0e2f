#include "ingest/transports/file_stream.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

namespace custos::ingest {
namespace file_stream {
namespace {

constexpr std::uint64_t kSparseFrom = 16u << 20;  // smaller files are not asked for holes

// read(2) that goes on after signals and waits where the descriptor doesn't.
ssize_t read_some(int fd, char* to, std::size_t size) {
  while (true) {
    const ssize_t n = ::read(fd, to, size);
    if (n >= 0) return n;
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return n;
    pollfd p{fd, POLLIN, 0};
    if (::poll(&p, 1, -1) < 0 && errno != EINTR) return -1;
  }
}

}  // namespace
}  // namespace file_stream

FileStream::FileStream(Descriptor fd, std::uint64_t size, ReadProgress progress)
    : fd_(std::move(fd)),
      size_(std::min<std::uint64_t>(size, std::numeric_limits<off_t>::max())),
      sparse_(size >= file_stream::kSparseFrom),
      progress_(std::move(progress)) {}

// How many of the next bytes are known to be a hole. File systems that can't tell say that all is data.
std::size_t FileStream::hole(std::size_t most) {
  if (at_ >= data_to_ || at_ < data_from_) {
    const off_t data = ::lseek(fd_.get(), static_cast<off_t>(at_), SEEK_DATA);
    if (data < 0 && errno != ENXIO) {
      sparse_ = false;
      return 0;
    }
    data_from_ = data < 0 ? size_ : std::min<std::uint64_t>(static_cast<std::uint64_t>(data), size_);
    const off_t end = data < 0 ? data : ::lseek(fd_.get(), data, SEEK_HOLE);
    data_to_ = end < 0 ? size_ : std::min<std::uint64_t>(static_cast<std::uint64_t>(end), size_);
    // Behind the end of a file that was cut short everything looks like a hole: let pread() find the end.
    if (data < 0) {
      struct stat now {};
      if (::fstat(fd_.get(), &now) != 0 || static_cast<std::uint64_t>(now.st_size) < size_) sparse_ = false;
      if (!sparse_) return 0;
    }
  }
  return at_ < data_from_ ? static_cast<std::size_t>(std::min<std::uint64_t>(most, data_from_ - at_)) : 0;
}

Result<std::size_t> FileStream::read(char* to, std::size_t size) {
  if (at_ >= size_ || size == 0) return 0;
  size = static_cast<std::size_t>(std::min<std::uint64_t>(size, size_ - at_));
  std::size_t got = 0;
  if (sparse_) got = hole(size);
  if (got > 0) {
    std::memset(to, 0, got);
  } else {
    ssize_t n = 0;
    do n = ::pread(fd_.get(), to, size, static_cast<off_t>(at_));
    while (n < 0 && errno == EINTR);
    if (n <= 0) {
      failure_ =
          Error{Code::Unreadable,
                n < 0 ? fmt::format("reading stopped at byte {}: {}", at_, reason(errno))
                      : fmt::format("the file was cut short while it was read: {} of {} bytes were there", at_, size_),
                {}};
      return tl::unexpected<Error>(*failure_);
    }
    got = static_cast<std::size_t>(n);
  }
  at_ += got;
  if (progress_) progress_(got);
  return got;
}

void FileStream::seek(std::uint64_t to) { at_ = std::min(to, size_); }

Result<std::size_t> MemoryStream::read(char* to, std::size_t size) {
  size = std::min(size, bytes_.size() - at_);
  if (size > 0) std::memcpy(to, bytes_.data() + at_, size);
  at_ += size;
  return size;
}

void MemoryStream::seek(std::uint64_t to) {
  at_ = static_cast<std::size_t>(std::min<std::uint64_t>(to, bytes_.size()));
}

Result<std::size_t> PipeStream::read(char* to, std::size_t size) {
  if (size == 0) return 0;
  const ssize_t n = file_stream::read_some(fd_, to, size);
  if (n < 0) {
    failure_ = Error{Code::Unreadable, "reading standard input stopped: " + reason(errno), {}};
    return tl::unexpected<Error>(*failure_);
  }
  if (progress_) progress_(static_cast<std::uint64_t>(n));
  return static_cast<std::size_t>(n);
}

}  // namespace custos::ingest
