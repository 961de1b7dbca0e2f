// Streams with a position: a regular file, or bytes in memory; and standard input, which has none.
// Called by visit(); feeds the unpacking.
// Reads with read(2) only, so a file that shrinks is an error value and never a signal.
// One thread.
// Refuses to read more of a regular file than there was at opening: what is appended later belongs to the next run.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "ingest/source.h"
#include "ingest/transports/open_file.h"

namespace custos::ingest {

class Seekable : public ByteStream {
 public:
  virtual std::uint64_t size() const = 0;
  virtual void seek(std::uint64_t to) = 0;  // beyond the end: the next read() finds the end
};

using ReadProgress = std::function<void(std::uint64_t bytes_more)>;

class FileStream final : public Seekable {
 public:
  // `size` as fstat told after opening.
  FileStream(Descriptor fd, std::uint64_t size, ReadProgress progress);
  Result<std::size_t> read(char* to, std::size_t size) override;
  std::uint64_t size() const override { return size_; }
  void seek(std::uint64_t to) override;
  const std::optional<Error>& failure() const { return failure_; }

 private:
  std::size_t hole(std::size_t most);

  Descriptor fd_;
  std::uint64_t size_, at_ = 0;
  std::uint64_t data_from_ = 0, data_to_ = 0;  // the stretch of data found last; before data_from_ lies a hole
  bool sparse_;
  ReadProgress progress_;
  std::optional<Error> failure_;
};

class MemoryStream final : public Seekable {
 public:
  explicit MemoryStream(std::string_view bytes) : bytes_(bytes) {}
  Result<std::size_t> read(char* to, std::size_t size) override;
  std::uint64_t size() const override { return bytes_.size(); }
  void seek(std::uint64_t to) override;

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

// A descriptor that is read as it comes: standard input. Waits for its writer. Does not close it.
class PipeStream final : public ByteStream {
 public:
  PipeStream(int fd, ReadProgress progress) : fd_(fd), progress_(std::move(progress)) {}
  Result<std::size_t> read(char* to, std::size_t size) override;
  const std::optional<Error>& failure() const { return failure_; }

 private:
  int fd_;
  ReadProgress progress_;
  std::optional<Error> failure_;
};

}  // namespace custos::ingest
