// Files put into a folder of evidence so that nobody ever sees a part of one: written beside, synced, read back from the disk and compared, then renamed.
// Called by copying and by the sweep's repairs.
// Lives as long as one of these.
// One thread.
// Refuses what the file system refuses, and a disk that gives back other bytes than it was given; then what was there before is there still.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "base/files/file_system.h"
#include "base/result.h"

namespace custos::evidence {

class Placer {
 public:
  Placer(FileSystem& files, std::string folder) : files_(files), folder_(std::move(folder)) {}

  // `path` is one in the folder. It lasts when sync() returned.
  Result<void> put(const std::string& path, std::string_view bytes);
  Result<void> remove(const std::string& path);
  // Names that were put or removed so far stay so after a crash.
  Result<void> sync();

  std::uint64_t files() const { return count_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  FileSystem& files_;
  std::string folder_;
  std::set<std::string> changed_;  // folders
  std::uint64_t count_ = 0, bytes_ = 0;
};

// "<name>.new": nobody's; what a crash left of a file that was being put.
bool is_unfinished(std::string_view path);
// The index of a tile or entry file and its width, by its path; false for a path that is none.
bool parse_tile_path(std::string_view path, std::uint64_t& index, unsigned& width);

}  // namespace custos::evidence
