// The journal: entries behind the newest checkpoint, appended and synced before they are acknowledged.
// Called by the log's writer; read when a log is opened or verified.
// Owned values.
// One thread.
// Refuses nothing: reading tells what it found, whole frames and what is no frame.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/crypto/sha256.h"

namespace custos::evidence {

struct Frame {
  Hash32 leaf{};
  std::string stored;  // the entry as it is kept
};

std::string journal_head(std::uint64_t first, std::string_view origin);
// acknowledged: entries of the log that are known to be on the disk.
void append_frame(std::string& out, std::uint64_t index, std::uint64_t acknowledged, const Frame& frame);

struct JournalContent {
  std::uint64_t first = 0;
  std::vector<Frame> frames;
  std::uint64_t acknowledged = 0;  // the highest that any readable frame speaks of, also behind damage
  std::string rest;                // bytes behind the last whole frame that are none
  bool damaged() const { return !rest.empty() && acknowledged > first + frames.size(); }
};

// An error where the head is not that of a journal of this log.
Result<JournalContent> read_journal(std::string_view bytes, std::string_view origin);

}  // namespace custos::evidence
