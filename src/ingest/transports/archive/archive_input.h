// One libarchive reader on top of one of our streams: callbacks, options, errors as values.
// Called by the unpacking streams and the member loop.
// Lives as long as the stream it reads.
// One thread.
// Refuses every format and filter but the one it was opened for, so that libarchive guesses nothing.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <archive.h>
#include <archive_entry.h>

#include "ingest/transports/file_stream.h"
#include "ingest/transports/archive/packing.h"

namespace custos::ingest {

class ArchiveInput {
 public:
  // `seekable` is the same stream where it has a position (zip and 7z then use it), else nullptr.
  ArchiveInput(ByteStream& from, Seekable* seekable) : from_(from), seekable_(seekable), buffer_(new char[kBuffer]) {}
  ~ArchiveInput();
  ArchiveInput(const ArchiveInput&) = delete;
  ArchiveInput& operator=(const ArchiveInput&) = delete;

  // The error, where it can't be opened.
  std::optional<Error> open(Packing what);
  struct archive* get() {
    return archive_;
  }
  // The reason of the last ARCHIVE_WARN, FAILED or FATAL: that of the stream below where it failed.
  Error error() const;
  // The stream below ended in an error.
  bool input_failed() const { return failure_.has_value(); }
  // Reads the stream below to its end and tells whether there was anything but zeros, or the error it ended in.
  Result<bool> drain();
  // How many zeros the stream below ended in so far: a tar ends in 1,024, or was cut.
  std::uint64_t zeros_at_end() const { return zeros_; }

 private:
  static constexpr std::size_t kBuffer = 64u << 10;
  Result<std::size_t> fetch();
  static la_ssize_t on_read(struct archive*, void* self, const void** data);
  static la_int64_t on_seek(struct archive*, void* self, la_int64_t offset, int whence);

  ByteStream& from_;
  Seekable* seekable_;
  std::unique_ptr<char[]> buffer_;
  struct archive* archive_ = nullptr;
  std::int64_t at_ = 0;
  std::size_t last_ = 0;  // bytes of the last block
  std::uint64_t zeros_ = 0;
  std::optional<Error> failure_;
};

}  // namespace custos::ingest
