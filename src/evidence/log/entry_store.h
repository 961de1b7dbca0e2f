// How entries lie on the disk: as they are, or each encrypted for the recipients of the log (docs/formats/evidence-log.md, "Entry files").
// Called by the log's writer (EntryWriter) and its readers (EntryReader).
// Owned by the log or reader that uses it.
// One thread at a time.
// Refuses to read what is not whole; an error of code Denied: it is encrypted, and nobody it is for is here.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/files/file_system.h"
#include "base/result.h"
#include "evidence/age/recipient.h"

namespace custos::evidence {

// Whether entries of this kind are never encrypted: they say what lies open in the folder anyway.
bool lies_open(std::string_view entry);

class EntryWriter {
 public:
  EntryWriter(FileSystem& files, std::string folder) : files_(files), folder_(std::move(folder)) {}

  // From the next entry on; none: as they are. Keys of age as text.
  Result<void> seal_to(const std::string& origin, const std::vector<std::string>& recipients);
  // An entry that is to be encrypted needs an epoch.
  bool needs_epoch() const { return !recipients_.empty() && epoch_ == 0; }
  // A new key, on the disk when this returns; what the entry `epoch` shall say of it.
  struct Epoch {
    std::uint32_t number = 0;
    std::string sha256;
  };
  Result<Epoch> begin_epoch();
  Result<std::string> store(std::uint64_t index, std::string_view entry);

 private:
  FileSystem& files_;
  std::string folder_, origin_;
  std::vector<AgeRecipient> recipients_;
  std::uint32_t epoch_ = 0;  // 0: none begun
  Secret<32> key_;
};

class EntryReader {
 public:
  EntryReader(FileSystem& files, std::string folder, Keyring keyring) : files_(files), folder_(std::move(folder)), keyring_(std::move(keyring)) {}

  Result<std::string> load(std::uint64_t index, std::string_view stored, const std::string& origin);
  const Keyring& keyring() const { return keyring_; }

 private:
  FileSystem& files_;
  std::string folder_;
  Keyring keyring_;
  std::map<std::uint32_t, std::string> keys_;  // by epoch; few are ever opened
};

// Files of entries (tlog-tiles): sizes of two bytes, big-endian, and entries.
void append_to_bundle(std::string& bundle, std::string_view stored);
// False where it is not exactly `count` of them.
bool split_bundle(std::string_view bundle, std::size_t count, std::vector<std::string>& stored);

}  // namespace custos::evidence
