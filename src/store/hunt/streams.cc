#include "store/hunt/streams.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/hash.h"

namespace custos::store::hunt {
namespace hunt_streams {
namespace {

constexpr int kLevel = 1;
constexpr std::size_t kKept = 16;  // blocks of a stream

std::uint32_t short_hash(std::string_view bytes) { return static_cast<std::uint32_t>(hash64(bytes)); }

}  // namespace
}  // namespace hunt_streams

Result<RandomFile> RandomFile::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  struct stat st {};
  if (fd >= 0 && ::fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) return RandomFile(fd, static_cast<std::uint64_t>(st.st_size));
  const bool gone = fd < 0 && errno == ENOENT;
  if (fd >= 0) ::close(fd);
  return fail(gone ? Code::NotFound : Code::Unreadable, gone ? "is not there" : "can't be read", path);
}

RandomFile& RandomFile::operator=(RandomFile&& o) noexcept {
  std::swap(fd_, o.fd_);
  std::swap(size_, o.size_);
  return *this;
}

RandomFile::~RandomFile() {
  if (fd_ >= 0) ::close(fd_);
}

bool RandomFile::read(std::uint64_t at, char* to, std::size_t n) const {
  while (n > 0) {
    const ssize_t got = ::pread(fd_, to, n, static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    to += got;
    at += static_cast<std::uint64_t>(got);
    n -= static_cast<std::size_t>(got);
  }
  return true;
}

Result<void> StreamWriter::settle(bool end) {
  std::size_t at = 0;
  while (bytes_.size() - at >= kBlock || (end && at < bytes_.size())) {
    const std::string_view raw = std::string_view(bytes_).substr(at, kBlock);
    packed_.resize(ZSTD_compressBound(raw.size()));
    const std::size_t n = ZSTD_compress(packed_.data(), packed_.size(), raw.data(), raw.size(), hunt_streams::kLevel);
    if (ZSTD_isError(n) != 0) return fail(Code::Internal, "zstd could not compress");
    packed_.resize(n);
    if (auto ok = file_.append(packed_); !ok) return ok;
    blocks_.push_back({at_, static_cast<std::uint32_t>(n), hunt_streams::short_hash(packed_)});
    at_ += n;
    at += raw.size();
  }
  settled_ += at;
  bytes_.erase(0, at);
  return {};
}

void StreamWriter::describe(Packer& directory) const {
  directory.varint(place());
  directory.varint(blocks_.size());
  for (const Block& b : blocks_) {
    directory.varint(b.size);
    directory.u32(b.hash);
  }
}

Result<StreamReader> StreamReader::read(Unpacker& directory, const RandomFile& file, std::uint64_t& at) {
  StreamReader r;
  r.file_ = &file;
  r.size_ = directory.varint();
  const std::size_t blocks = directory.length(5);
  if (blocks != (r.size_ + kBlock - 1) / kBlock) return fail(Code::Malformed, "a stream has not as many blocks as its size says");
  r.blocks_.reserve(blocks);
  for (std::size_t i = 0; i < blocks; ++i) {
    const std::uint64_t size = directory.varint();
    const std::uint32_t hash = directory.u32();
    if (size > ZSTD_COMPRESSBOUND(kBlock) || size > file.size() - at) return fail(Code::Malformed, "a block is larger than it can be");
    r.blocks_.push_back({at, static_cast<std::uint32_t>(size), hash});
    at += size;
  }
  if (!directory.ok()) return fail(Code::Malformed, "its directory is cut");
  r.kept_.resize(hunt_streams::kKept);
  return r;
}

std::string_view StreamReader::from(std::uint64_t place) {
  if (place >= size_) return {};
  const std::uint64_t n = place / kBlock;
  Kept& kept = kept_[n % kept_.size()];
  if (kept.block != n) {
    const Block& b = blocks_[n];
    const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, size_ - n * kBlock));
    std::string packed(b.size, '\0');
    kept.block = ~0ull;
    kept.bytes.resize(size);
    if (!file_->read(b.at, packed.data(), packed.size()) || hunt_streams::short_hash(packed) != b.hash) return {};
    const std::size_t got = ZSTD_decompress(kept.bytes.data(), size, packed.data(), packed.size());
    if (ZSTD_isError(got) != 0 || got != size) return {};
    kept.block = n;
  }
  return std::string_view(kept.bytes).substr(place - n * kBlock);
}

bool Cursor::more() {
  if (!failed_ && window_.empty()) window_ = from_->from(place_);
  failed_ = failed_ || window_.empty();
  return !failed_;
}

std::uint64_t Cursor::varint() {
  std::uint64_t v = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (window_.empty() && !more()) return 0;
    const auto byte = static_cast<unsigned char>(window_.front());
    window_.remove_prefix(1);
    ++place_;
    v |= static_cast<std::uint64_t>(byte & 0x7Fu) << shift;
    if (byte < 0x80) return v;
  }
  failed_ = true;
  return 0;
}

bool Cursor::append(std::size_t n, std::string& to) {
  while (n > 0 && more()) {
    const std::size_t here = std::min(n, window_.size());
    to.append(window_.substr(0, here));
    window_.remove_prefix(here);
    place_ += here;
    n -= here;
  }
  return n == 0 && !failed_;
}

}  // namespace custos::store::hunt
