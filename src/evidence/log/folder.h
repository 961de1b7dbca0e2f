// What lies in the folder of a log, and how a file of it is replaced.
// Called by the writer, the reader and the verifier.
// Owned values.
// Any thread.
// Refuses what is not there or not whole, with the file's name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/files/lasting.h"
#include "base/result.h"
#include "evidence/log/entry.h"
#include "evidence/log/journal.h"
#include "evidence/log/settings.h"
#include "evidence/merkle/tile_tree.h"
#include "evidence/notes/note.h"

namespace custos::evidence {

inline constexpr std::uint64_t kMostSmallFile = 1u << 20;  // settings, checkpoints
inline constexpr std::uint64_t kMostBundle = kTileWidth * (65'537u);
inline constexpr std::uint64_t kMostJournal = 4ull << 30;

// Whether there can be a new log: the folder is not there, empty, or left of an attempt.
Result<void> is_free_for_log(FileSystem& files, const std::string& folder);
// The folder of a new log; it may be there if it is empty, or if nothing but empty folders are left of an attempt.
Result<void> make_log_folder(FileSystem& files, const std::string& folder);

// log.json. An error that says what to do where there is no log.
Result<LogSettings> read_settings(FileSystem& files, const std::string& folder);
// The file `checkpoint`, its signature checked with this key.
Result<Note> read_checkpoint(FileSystem& files, const std::string& folder, const VerifierKey& key);

// Hashes of a tile: those of a wider one where only that is there.
Result<std::string> read_tile(FileSystem& files, const std::string& folder, const TileAddress& tile);
// Stored entries of an entry file, `width` of them.
Result<std::vector<std::string>> read_bundle(FileSystem& files, const std::string& folder, std::uint64_t index, unsigned width);

// "epochs/7.age"
std::string epoch_path(std::uint64_t number);
bool is_epoch_path(std::string_view path, std::uint64_t& number);

// The widths of "<number>.p/" that are there, narrowest first.
std::vector<unsigned> partial_widths(FileSystem& files, const std::string& partial_folder);

// Numbers of journals, lowest first; an error for a name that is none (".new": one that was being made).
Result<std::vector<std::uint64_t>> list_journals(FileSystem& files, const std::string& folder);
// All of them, in this order; damage in one is for the caller to see.
Result<std::vector<JournalContent>> read_journals(FileSystem& files, const std::string& folder, const std::string& origin);

// Paths of everything in the folder that is no folder, sorted.
Result<std::vector<std::string>> all_files(FileSystem& files, const std::string& folder);

}  // namespace custos::evidence
