// How entries lie on the disk: as they are, or each encrypted for the recipients.
// Called by the log's writer (store) and its readers (load).
// Owned by the log or reader that uses it.
// One thread at a time.
// Refuses to load what is not whole, or what it has no key for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace custos::evidence {

class EntryStore {
 public:
  virtual ~EntryStore() = default;
  virtual Result<std::string> store(std::uint64_t index, std::string_view entry) = 0;
  virtual Result<std::string> load(std::uint64_t index, std::string_view stored) = 0;
};

// Entries lie as they are.
class PlainEntries final : public EntryStore {
 public:
  Result<std::string> store(std::uint64_t, std::string_view entry) override { return std::string(entry); }
  Result<std::string> load(std::uint64_t, std::string_view stored) override { return std::string(stored); }
};

// Files of entries (tlog-tiles): sizes of two bytes, big-endian, and entries.
void append_to_bundle(std::string& bundle, std::string_view stored);
// False where it is not exactly `count` of them.
bool split_bundle(std::string_view bundle, std::size_t count, std::vector<std::string>& stored);

}  // namespace custos::evidence
