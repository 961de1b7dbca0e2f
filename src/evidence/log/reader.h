// A log, read: entries, nodes and proofs, straight from its folder. Changes nothing.
// Called by views, packages and the verifier.
// Entries are owned; a reader keeps the last files it read.
// One thread a reader.
// Refuses what is not there or not whole; it does not check the tree by itself: that is the verifier's work.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/files/file_system.h"
#include "base/result.h"
#include "evidence/log/entry.h"
#include "evidence/log/entry_store.h"
#include "evidence/log/journal.h"
#include "evidence/log/settings.h"
#include "evidence/merkle/proof.h"
#include "evidence/notes/checkpoint.h"

namespace custos::evidence {

class LogReader {
 public:
  // The checkpoint's signature is checked with the key in log.json. `keyring`: opens what is encrypted.
  static Result<std::unique_ptr<LogReader>> open(FileSystem& files, std::string folder, Keyring keyring = {});

  const LogSettings& settings() const { return settings_; }
  const Note& note() const { return note_; }  // the checkpoint
  const TreeHead& head() const { return head_; }
  std::uint64_t size() const { return head_.size; }  // under the checkpoint

  // Proofs lead to this older checkpoint from now on: of those the folder keeps, over more than `covering` entries, the one with most cosignatures and a time
  // stamp; the newest where none has any.
  Result<void> choose_checkpoint(std::uint64_t covering);

  Result<std::string> entry(std::uint64_t index);   // index < size(); Denied: it is encrypted, and not for whoever reads
  Result<std::string> stored(std::uint64_t index);  // as it lies in the folder
  Result<std::string> open_entry(std::uint64_t index, std::string_view stored);
  const Keyring& keyring() const { return store_.keyring(); }
  Result<Hash32> leaf(std::uint64_t index);
  Result<Proof> inclusion(std::uint64_t index);   // for size()
  Result<Proof> consistency(std::uint64_t from);  // to size()
  Result<TlogProof> tlog_proof(std::uint64_t index);
  // Entries behind the checkpoint, out of the journals: in the log, but under no signature yet.
  Result<std::vector<Frame>> unsigned_entries();

 private:
  LogReader(FileSystem& files, std::string folder, Keyring keyring) : files_(files), folder_(folder), store_(files, std::move(folder), std::move(keyring)) {}
  NodeSource nodes();

  FileSystem& files_;
  std::string folder_;
  EntryReader store_;
  LogSettings settings_;
  Note note_;
  TreeHead head_;
  std::uint64_t bundle_ = ~0ull;
  std::vector<std::string> stored_;                         // of that entry file
  std::vector<std::pair<std::string, std::string>> tiles_;  // the last read, by path
};

}  // namespace custos::evidence
