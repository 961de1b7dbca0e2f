#include "ingest/transports/archive/member_stream.h"

#include <algorithm>
#include <cstring>

namespace custos::ingest {

bool MemberStream::charge(std::uint64_t n) {
  if (budget_.charge(n)) return true;
  failure_ = budget_.why();
  done_ = true;
  block_size_ = 0;
  return false;
}

// Fetches the next block of libarchive. With a warning or a failure (a wrong checksum is found behind the last block)
// there may be data all the same: it is shown, and the failure comes after it.
bool MemberStream::next_block() {
  const void* data = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  int r = ARCHIVE_RETRY;
  for (int tries = 0; r == ARCHIVE_RETRY && tries < 16; ++tries)
    r = ::archive_read_data_block(in_.get(), &data, &size, &offset);
  if (r == ARCHIVE_EOF) {
    done_ = true;
    return true;
  }
  if (r == ARCHIVE_WARN && warning_.empty()) warning_ = in_.error().text;
  if (r < ARCHIVE_WARN) {
    failure_ = in_.error();
    done_ = true;
    fatal_ = r <= ARCHIVE_FATAL;
    if (fatal_) return true;
  }
  block_ = static_cast<const char*>(data);
  block_size_ = data == nullptr ? 0 : size;
  block_at_ = std::max(at_, static_cast<std::uint64_t>(std::max<la_int64_t>(offset, 0)));
  return block_size_ == 0 || !expands_ || charge(block_size_);
}

Result<std::size_t> MemberStream::read(char* to, std::size_t size) {
  if (size == 0) return 0;
  while (block_size_ == 0) {
    if (done_ && failure_) return tl::unexpected<Error>(*failure_);
    if (done_) return 0;
    if (!next_block()) return tl::unexpected<Error>(*failure_);
  }
  std::size_t n = 0;
  if (at_ < block_at_) {
    n = static_cast<std::size_t>(std::min<std::uint64_t>(size, block_at_ - at_));
    if (!charge(n)) return tl::unexpected<Error>(*failure_);
    std::memset(to, 0, n);
  } else {
    n = std::min(size, block_size_);
    std::memcpy(to, block_, n);
    block_ += n;
    block_size_ -= n;
    block_at_ += n;
  }
  at_ += n;
  return n;
}

void MemberStream::skip_rest() {
  block_size_ = 0;
  while (!done_) {
    if (!next_block()) return;
    block_size_ = 0;
  }
}

}  // namespace custos::ingest
