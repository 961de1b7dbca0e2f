// The journals behind a checkpoint: which are whole, and what a damaged one was, by a copy's.
// Called by the sweep.
// Owned values.
// One thread.
// Refuses to put an older journal in the place of one that may have had more: an entry that was acknowledged is not to be forgotten by a repair.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/files/file_system.h"
#include "evidence/keep/anchor.h"
#include "evidence/log/journal.h"

namespace custos::evidence {

struct JournalState {
  std::string path;                       // "journal/<first>"
  bool damaged = false;                   // or missing
  std::optional<std::string> mended;      // what it was
  std::string why_not;                    // damaged and not mended, because
  std::optional<JournalContent> content;  // of the file, or of what was mended
};

std::vector<JournalState> look_at_journals(FileSystem& files, const std::vector<std::string>& folders, const Anchor& anchor);

}  // namespace custos::evidence
