#include "ingest/transports/archive/unpacked_stream.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "ingest/transports/archive/archive_input.h"
#include "ingest/transports/archive/gzip_stream.h"

namespace custos::ingest {
namespace unpacked_stream {
namespace {

// A compression that libarchive unpacks. It drops the block in which it finds damage: up to 64 KiB before it are lost
// too.
class FilterStream final : public UnpackedStream {
 public:
  FilterStream(ByteStream& from, Packing what, Budget& budget)
      : UnpackedStream(budget), what_(what), in_(from, nullptr) {}

  Result<std::size_t> read(char* to, std::size_t size) override {
    if (passed_on_) return tl::unexpected<Error>(*passed_on_);
    if (failure_) return tl::unexpected<Error>(*failure_);
    while (block_size_ == 0) {
      if (done_ || size == 0) return 0;
      const int r = opened_ ? next_block() : open();
      if (r == ARCHIVE_EOF) done_ = true;
      if (r < ARCHIVE_WARN) return fail_with(in_.error());
    }
    const std::size_t n = std::min(size, block_size_);
    std::memcpy(to, block_, n);
    block_ += n;
    block_size_ -= n;
    return n;
  }

 private:
  int open() {
    opened_ = true;
    if (in_.open(what_)) return ARCHIVE_FATAL;
    struct archive_entry* entry = nullptr;
    return ::archive_read_next_header(in_.get(), &entry);
  }

  int next_block() {
    const void* data = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int r = ::archive_read_data_block(in_.get(), &data, &size, &offset);
    if (r != ARCHIVE_OK && r != ARCHIVE_WARN) return r;
    block_ = static_cast<const char*>(data);
    block_size_ = data == nullptr ? 0 : size;
    return block_size_ > 0 && !produce(block_size_) ? ARCHIVE_FATAL : ARCHIVE_OK;
  }

  tl::unexpected<Error> fail_with(Error e) {
    block_size_ = 0;
    if (failure_) return tl::unexpected<Error>(*failure_);  // the limits
    if (in_.input_failed()) {
      passed_on_ = e;
      return tl::unexpected<Error>(std::move(e));
    }
    return broken(fmt::format("the {} data is damaged or cut short: {}", packing_name(what_),
                              e.text == "Unrecognized archive format" ? "its first block can't be unpacked" : e.text),
                  e.code);
  }

  Packing what_;
  ArchiveInput in_;
  std::optional<Error> passed_on_;
  const char* block_ = nullptr;
  std::size_t block_size_ = 0;
  bool opened_ = false, done_ = false;
};

}  // namespace
}  // namespace unpacked_stream

bool UnpackedStream::produce(std::size_t n) {
  produced_ += n;
  if (budget_.charge(n)) return true;
  failure_ = budget_.why();
  return false;
}

tl::unexpected<Error> UnpackedStream::broken(std::string why, Code code) {
  failure_ = Error{code, std::move(why), {}};
  return tl::unexpected<Error>(*failure_);
}

std::unique_ptr<UnpackedStream> open_unpacked(ByteStream& from, Packing what, Budget& budget) {
  if (what == Packing::Gzip) return open_gzip(from, budget);
  return std::make_unique<unpacked_stream::FilterStream>(from, what, budget);
}

}  // namespace custos::ingest
