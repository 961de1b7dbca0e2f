// The log, open for writing: entries are appended, many share one sync, and a checkpoint signs all of them.
// Called by engine/ (scans, acts of custody) and by the witness's client; feeds LogReader, the verifier and packages by way of the folder.
// Holds the folder's lock until its end.
// Any thread may append and wait at once; one at a time makes a checkpoint.
// Refuses a damaged folder, one that another process writes to, and a key that is not its log's; after a failed write it takes nothing until opened again.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/files/file_system.h"
#include "base/result.h"
#include "evidence/keys/signer.h"
#include "evidence/log/entry.h"
#include "evidence/log/entry_store.h"
#include "evidence/log/journal.h"
#include "evidence/log/settings.h"
#include "evidence/merkle/tile_tree.h"
#include "evidence/notes/checkpoint.h"

namespace custos::evidence {

// What opening a log after a crash found and did.
struct Recovery {
  std::uint64_t entries = 0;  // behind the checkpoint: acknowledged or not, they are whole and stay
  std::uint64_t torn = 0;     // bytes of a write that never ended
  std::string kept_as;        // where those bytes lie now
};

// Other settings, and who says so.
struct SettingsChange {
  Signer* key = nullptr;                               // the new one; null: it stays
  std::optional<std::vector<std::string>> recipients;  // none: they stay
  Custody custody;
  Micros time = 0;
};

class Log {
 public:
  struct Options {
    std::string folder;
    std::string torn_name = {};  // file beside the folder for what a crash tore; empty: "<folder>.torn"
    bool key_lost = false;       // the signer is not the log's, whose key is lost: change() gives it this one, nothing else may come before
  };

  // So many entries behind the newest checkpoint make one by themselves: opening reads them all.
  static constexpr std::uint64_t kMostBehind = 65'536;

  // A new log with its first entry (of the kind "log"); the folder must be empty or absent. It has a checkpoint when this returns.
  static Result<std::unique_ptr<Log>> create(FileSystem& files, Options options, Signer& signer, const std::string& settings_entry);
  static Result<std::unique_ptr<Log>> open(FileSystem& files, Options options, Signer& signer);
  ~Log();

  // Takes an entry and returns its index; it is acknowledged when wait() for it returns.
  Result<std::uint64_t> add(std::string_view entry);
  // All entries up to this index are on the disk.
  Result<void> wait(std::uint64_t index);
  // Entries that name their own or each other's index: `make` gets the index of the first. Returns that index; acknowledged.
  using Make = std::function<Result<std::vector<std::string>>(std::uint64_t first)>;
  Result<std::uint64_t> append(const Make& make);
  Result<std::uint64_t> append(std::string_view entry);

  // Everything taken so far under one signature; returns the signed note. Appending goes on meanwhile.
  Result<Note> checkpoint();
  // On record and in force, under a checkpoint, when this returns. A new key must outlive the log.
  Result<Note> change(const SettingsChange& change);

  std::uint64_t size() const;
  const std::string& origin() const { return settings_.key.name; }
  const LogSettings& settings() const { return settings_; }
  const Recovery& recovery() const { return recovery_; }

 private:
  // What one checkpoint covers, taken while nobody appends.
  struct Snapshot {
    TileTree tree;
    std::vector<std::pair<TileAddress, std::string>> full_tiles;
    std::vector<std::string> entries;  // from the entry file that the last checkpoint left unfinished
    std::uint64_t first = 0;           // of `entries`
    std::uint64_t before = 0;          // size of the checkpoint before
    Signer* signer = nullptr;
    std::string settings;  // what log.json shall be; empty: as it is
  };
  Log(FileSystem& files, Options options, Signer& signer, LogSettings settings);
  std::string path(const std::string& name) const { return options_.folder + "/" + name; }
  Result<void> recover();
  Result<void> recover_tree(const VerifierKey& key);
  Result<void> recover_journals(std::vector<JournalContent>& journals);
  Result<void> set_torn_aside(const std::string& bytes);
  Result<void> start_journal();
  void take(const std::string& stored, const Hash32& leaf);
  Result<std::uint64_t> add_locked(std::string_view entry);
  Result<void> begin_epoch();
  Result<void> begin(const std::string& settings_entry);
  Result<void> sync_waiting(std::unique_lock<std::mutex>* held);
  Result<void> wait_locked(std::unique_lock<std::mutex>& held, std::uint64_t index);
  Result<Note> checkpoint_alone();
  void keep_journal_short();
  Result<Snapshot> rotate();
  Result<void> publish(const Snapshot& s);
  Result<void> clean_up(const Snapshot& s);

  FileSystem& files_;
  Options options_;
  EntryWriter store_;
  Signer* signer_;
  LogSettings settings_;
  std::string new_settings_;  // the entry that goes to log.json with the next checkpoint
  std::unique_ptr<FileLock> lock_;
  Recovery recovery_;

  mutable std::mutex mutex_;
  std::condition_variable synced_;
  std::unique_ptr<AppendFile> journal_;
  std::string waiting_;   // frames that are not written yet
  bool syncing_ = false;  // somebody writes and syncs on behalf of all
  std::optional<Error> broken_;
  std::uint64_t acknowledged_ = 0;
  TileTree tree_;
  std::vector<std::pair<TileAddress, std::string>> full_tiles_;  // since the last checkpoint
  std::vector<std::string> recent_;                              // stored entries since the last full entry file
  std::uint64_t recent_first_ = 0;                               // index of the first of them
  std::mutex checkpointing_;
  std::uint64_t published_ = 0;  // size of the newest checkpoint
};

}  // namespace custos::evidence
