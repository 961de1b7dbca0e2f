// Opening what a path names, whatever its length, without ever waiting, and words for what can't be read.
// Called by walk() and visit().
// A Descriptor closes itself.
// Any thread.
// Refuses nothing but descriptors: the caller looks at what was opened.
#pragma once

#include <string>
#include <sys/stat.h>

#include "base/time.h"

namespace custos::ingest {

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& o) noexcept : fd_(o.release()) {}
  Descriptor& operator=(Descriptor&& o) noexcept;
  ~Descriptor();
  int get() const { return fd_; }
  bool ok() const { return fd_ >= 0; }
  int release();

 private:
  int fd_;
};

// open(2) for reading with O_CLOEXEC, O_NONBLOCK, O_NOCTTY and `flags`; paths longer than PATH_MAX are descended piece
// by piece. On failure the descriptor is not ok and errno says why.
Descriptor open_path(const std::string& path, int flags);

// "no permission to read it", "it is gone", ...: errno as a reason.
std::string reason(int error);

// "a named pipe", "a socket", ...; nullptr for regular files and folders.
const char* special_kind(unsigned mode);

Micros modified(const struct stat& s);

}  // namespace custos::ingest
