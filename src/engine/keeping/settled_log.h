// A log that is open for writing with nothing behind its checkpoint, and all that its entries say: what acts on the folder as a whole begins with it.
// Called by copying and retention.
// Owns key, log and contents; the FileSystem must outlive it.
// One thread.
// Refuses what open_log() refuses.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/evidence/open_log.h"

namespace custos::engine {

struct SettledLog {
  OpenedLog opened;
  std::optional<evidence::Contents> contents;  // none: its entries can't be read here
  Error unreadable;                            // and why not

  // Acknowledged and under a checkpoint when it returns; the index of the first entry.
  Result<std::uint64_t> put_on_record(const std::vector<std::string>& entries);
};

Result<SettledLog> open_settled(FileSystem& files, const LogAccess& access, const evidence::Keyring& keyring);
// What the entries under the checkpoint say, without a key; for those who only look.
Result<evidence::Contents> look_into(FileSystem& files, const LogAccess& access, const evidence::Keyring& keyring);

}  // namespace custos::engine
