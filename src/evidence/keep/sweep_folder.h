// Everything in a folder of evidence read and hashed: what is damaged or missing is named, and restored from the first copy in which it is right.
// Called by engine/ before the log is opened for writing, for damage may keep it from opening. Holds the folder's lock unless it only looks.
// The report is owned.
// One thread.
// Refuses a folder without a checkpoint that can be trusted, copies of another log, and whatever repair would lose an acknowledged entry.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/files/file_system.h"
#include "base/result.h"
#include "evidence/log/entry_store.h"

namespace custos::evidence {

struct SweepRequest {
  std::string folder;
  std::vector<std::string> copies;
  bool look = false;       // change nothing
  std::string public_key;  // of the log, from who holds its private key; empty: nobody is at hand who does, as where it only looks
  Keyring keyring = {};    // opens entries that are encrypted; without it what needs them is not checked
};

struct SweepReport {
  struct Left {
    std::string path, why;
  };
  std::uint64_t size = 0;                            // of the checkpoint
  std::uint64_t files = 0, segments = 0, bytes = 0;  // read
  std::vector<std::string> damaged;                  // or missing, sorted
  std::vector<std::string> restored;                 // of them; where it only looks: could be
  std::vector<Left> left;                            // of them: not restored, because
  std::vector<std::string> finished;                 // segments whose deletion had been cut off
  std::vector<std::string> not_checked;              // sentences
  bool whole() const { return left.empty(); }
};

Result<SweepReport> sweep_folder(FileSystem& files, const SweepRequest& request);

}  // namespace custos::evidence
