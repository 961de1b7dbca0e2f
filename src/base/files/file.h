// Whole small files in, and output files that appear under their final name only when they are complete.
// Called by engine/ (rules, pipelines) and cli/ (results).
// OutputFile owns its descriptor until commit() or its end.
// One thread an object.
// Refuses files beyond a given size; a write that fails is remembered and comes out of commit().
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/crypto/sha256.h"

namespace custos {

Result<std::string> read_file(const std::string& path, std::size_t most_bytes);
// SHA-256 of a file of any size.
Result<Hash32> hash_file(const std::string& path);

class OutputFile {
 public:
  // "-" is standard output, and a device or pipe is written directly; else a temporary file beside `path`, renamed by commit(). A place that evidence is spared
  // from (spared.h) is refused.
  static Result<std::unique_ptr<OutputFile>> create(const std::string& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view bytes);
  // Replaces the first bytes of what was written, for formats whose head is known last. Only where it is a file of its own.
  void rewrite_start(std::string_view bytes);
  bool failed() const { return failure_ != 0; }
  // Flushes, syncs and renames. On failure nothing stands under the final name and the temporary file is gone.
  Result<void> commit();
  const std::string& path() const { return path_; }
  const std::string& temporary() const { return temporary_; }  // empty where it is written directly

 private:
  OutputFile() = default;
  void flush();

  std::string path_, temporary_, buffer_;
  int fd_ = -1;
  int failure_ = 0;  // errno of the first failed write
};

}  // namespace custos
