// The file `index` of CASE/hunt/: which sources its parts know. docs/formats/hunt-index.md.
// Called by engine/hunting.
// Owned values.
// Any thread; two writers are kept apart by the lock beside it.
// Refuses what is not whole: Code::Malformed, and the index is to be made anew.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/files/file_system.h"
#include "store/hunt/part_builder.h"

namespace custos::store {

struct IndexedSource {
  HuntSource source;
  std::string sha256, why;  // why: it was not read whole, or empty
};

struct HuntIndexFile {
  std::string case_number;
  std::uint64_t deleted = 0;
  std::vector<IndexedSource> sources;
  struct Part {
    std::string name;
    HuntPartFile file;
  };
  std::vector<Part> parts;
};

std::string hunt_folder(const std::string& case_folder);
Result<HuntIndexFile> read_hunt_index(FileSystem& files, const std::string& case_folder);
// In place of the old one; parts that it does not name are removed.
Result<void> write_hunt_index(FileSystem& files, const std::string& case_folder, const HuntIndexFile& index);
Result<void> remove_hunt_index(FileSystem& files, const std::string& case_folder);

}  // namespace custos::store
