// The files of a store that must outlive a crash: every write, sync and rename goes through here, so that tests can lose what was not synced.
// Called by evidence/ (later store/ and respond/); real_files() makes the operating system's.
// An AppendFile owns its descriptor; paths are as the system takes them.
// Any thread a FileSystem; one thread an AppendFile.
// Refuses what the system refuses, with a sentence and the path.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace custos {

class AppendFile {
 public:
  virtual ~AppendFile() = default;
  // All of it, or an error; after an error the file may hold a part.
  virtual Result<void> append(std::string_view bytes) = 0;
  // What was appended is on the disk when it returns (fdatasync).
  virtual Result<void> sync() = 0;
};

class FileLock {
 public:
  virtual ~FileLock() = default;
};

enum class PathKind : std::uint8_t { Nothing, File, Folder, Link, Other };

class FileSystem {
 public:
  virtual ~FileSystem() = default;
  // A new file; one of this name is an error (Code::Usage).
  virtual Result<std::unique_ptr<AppendFile>> create(const std::string& path) = 0;
  // An old file, at its end.
  virtual Result<std::unique_ptr<AppendFile>> append_to(const std::string& path) = 0;
  virtual Result<std::string> read(const std::string& path, std::uint64_t most_bytes) = 0;
  // As read, but from the disk, not from what the system remembers of it, as far as the system obeys.
  virtual Result<std::string> read_from_disk(const std::string& path, std::uint64_t most_bytes) = 0;
  virtual Result<std::uint64_t> size(const std::string& path) = 0;  // of a file
  virtual Result<void> rename(const std::string& from, const std::string& to) = 0;  // replaces `to` in one step
  virtual Result<void> remove(const std::string& path) = 0;
  // With all above it. There already: fine.
  virtual Result<void> make_folder(const std::string& path) = 0;
  // Names made, renamed or removed in this folder stay so after a crash.
  virtual Result<void> sync_folder(const std::string& path) = 0;
  // Everything written below `path` is on the disk when it returns; for very many files at once (syncfs).
  virtual Result<void> sync_all(const std::string& path) = 0;
  virtual bool exists(const std::string& path) = 0;
  // Of the name itself: a symbolic link is not followed.
  virtual PathKind kind(const std::string& path) = 0;
  // Names in a folder, sorted; folders end in '/'.
  virtual Result<std::vector<std::string>> list(const std::string& path) = 0;
  // Whoever holds it keeps others out; Code::Denied where somebody holds it already. Made where it is not there.
  virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;
};

std::unique_ptr<FileSystem> real_files();

}  // namespace custos
