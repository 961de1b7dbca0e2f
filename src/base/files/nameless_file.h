// A temporary file without a name, for what does not fit into memory: written to its end, read back anywhere, gone with the process.
// Called by the logs of observations and of facts, which keep sorted runs in it.
// Owns its descriptor until clear() or its end.
// One thread while it is written; reading is for any.
// Refuses nothing but a folder or disk that does; the file is made when something is first written.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace custos {

class NamelessFile {
 public:
  // purpose: what it is for, in the sentence that says why it failed: "correlations".
  NamelessFile(std::string folder, std::string purpose) : folder_(std::move(folder)), purpose_(std::move(purpose)) {}
  NamelessFile(const NamelessFile&) = delete;
  NamelessFile& operator=(const NamelessFile&) = delete;
  ~NamelessFile() { clear(); }

  Result<void> append(Bytes bytes);
  // All n bytes from `at` on; false where they can't be had.
  bool read(std::uint64_t at, char* to, std::size_t n) const;
  std::uint64_t size() const { return size_; }
  void clear();

 private:
  Result<void> open();
  tl::unexpected<Error> trouble(const char* doing) const;

  std::string folder_, purpose_;
  int file_ = -1;
  std::uint64_t size_ = 0;
};

}  // namespace custos
