// Files and folders that are there, whole, after any crash: replaced in one step, synced with the names that lead to them.
// Called by evidence/ for whatever must outlive the machine's next second.
// Values.
// Any thread; two writers of one name are kept apart by the caller.
// Refuses what the file system refuses; then what was there before is there still.
#pragma once

#include <string>
#include <string_view>

#include "base/files/file_system.h"

namespace custos {

// create, append, sync in one; the folder is not synced.
Result<void> write_whole(FileSystem& files, const std::string& path, std::string_view bytes, bool sync);

// A new file in place of the old: what lies there is one or the other. It is written as "<name>.new".
Result<void> replace_file(FileSystem& files, const std::string& folder, const std::string& name, std::string_view bytes);
// What a crash left of that.
Result<void> remove_unfinished(FileSystem& files, const std::string& folder, const std::string& name);

// The folder that a path lies in; "." for a bare name.
std::string folder_above(const std::string& path);
// The folder with all above it.
Result<void> make_lasting_folder(FileSystem& files, const std::string& folder);

}  // namespace custos
