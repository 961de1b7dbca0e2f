// Streams of bytes cut into packed blocks, so that any place of them can be read without the rest: docs/formats/hunt-index.md.
// Called by the builder and the reader of an index's parts.
// A StreamReader keeps the blocks it read last; a Cursor is a view into one.
// One thread an object.
// Refuses blocks whose bytes are not those that the directory names, and places behind a stream's end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/files/file_system.h"
#include "base/pack.h"
#include "base/result.h"

namespace custos::store::hunt {

inline constexpr std::size_t kBlock = 65'536;

struct Block {
  std::uint64_t at = 0;  // in the file
  std::uint32_t size = 0, hash = 0;
};

// A whole file for reading anywhere.
class RandomFile {
 public:
  static Result<RandomFile> open(const std::string& path);
  RandomFile(RandomFile&& o) noexcept : fd_(o.fd_), size_(o.size_) { o.fd_ = -1; }
  RandomFile& operator=(RandomFile&& o) noexcept;
  ~RandomFile();
  std::uint64_t size() const { return size_; }
  bool read(std::uint64_t at, char* to, std::size_t n) const;

 private:
  RandomFile(int fd, std::uint64_t size) : fd_(fd), size_(size) {}
  int fd_;
  std::uint64_t size_;
};

class StreamWriter {
 public:
  StreamWriter(AppendFile& file, std::uint64_t& at) : file_(file), at_(at) {}
  // The bytes that come next; write what was put here from time to time with settle().
  std::string& bytes() { return bytes_; }
  std::uint64_t place() const { return settled_ + bytes_.size(); }
  Result<void> settle(bool end);
  void describe(Packer& directory) const;

 private:
  AppendFile& file_;
  std::uint64_t& at_;  // of the file
  std::string bytes_, packed_;
  std::uint64_t settled_ = 0;
  std::vector<Block> blocks_;
};

class StreamReader {
 public:
  // `at`: where its first block lies; moved behind its last. The file outlives it.
  static Result<StreamReader> read(Unpacker& directory, const RandomFile& file, std::uint64_t& at);
  std::uint64_t size() const { return size_; }
  // The block that holds this place, and behind it; empty where it can't be had.
  std::string_view from(std::uint64_t place);

 private:
  struct Kept {
    std::uint64_t block = ~0ull;
    std::string bytes;
  };
  const RandomFile* file_ = nullptr;
  std::uint64_t size_ = 0;
  std::vector<Block> blocks_;
  std::vector<Kept> kept_;
};

// Numbers and texts from a place on, across blocks.
class Cursor {
 public:
  Cursor(StreamReader& from, std::uint64_t place) : from_(&from), place_(place) {}
  std::uint64_t varint();
  std::int64_t signed_varint() {
    const std::uint64_t v = varint();
    return static_cast<std::int64_t>(v >> 1 ^ (~(v & 1) + 1));
  }
  bool append(std::size_t n, std::string& to);
  std::uint64_t place() const { return place_; }
  bool ok() const { return !failed_; }

 private:
  bool more();
  StreamReader* from_;
  std::uint64_t place_;
  std::string_view window_;  // of the stream, from place_ on
  bool failed_ = false;
};

}  // namespace custos::store::hunt
