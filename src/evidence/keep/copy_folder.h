// A second copy of a folder of evidence, made or brought up to date: only what is new or differs is written, each file is read back, the checkpoint comes last.
// Called by engine/, which holds the folder's lock; holds the copy's.
// The outcome is owned.
// One thread.
// Refuses a copy that is of another log, newer, or of another history, a folder that is neither empty nor evidence, and to copy what is damaged.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/files/file_system.h"
#include "base/result.h"
#include "evidence/log/contents.h"
#include "evidence/log/entry_store.h"

namespace custos::evidence {

struct CopyRequest {
  std::string from, to;
  bool full = false;                   // compare what is there byte by byte, not by size
  const Contents* contents = nullptr;  // null: nobody can read the entries; then nothing is removed from the copy
  Keyring keyring = {};                // opens entries that are encrypted; without it they are copied as they lie
};

struct CopyDone {
  std::uint64_t size = 0;              // of the checkpoint
  std::uint64_t files = 0, bytes = 0;  // written anew
  std::uint64_t removed = 0;           // segments that were deleted on record
  bool is_new = false;
  std::vector<std::string> skipped;  // segments that no entry is known to name, and whose bytes are not those of their name
};

Result<CopyDone> copy_folder(FileSystem& files, const CopyRequest& request);

}  // namespace custos::evidence
