// The segments of a log's folder: written under the hash of their bytes, found by it.
// Called by the sealing of a scan, packages and the verifier.
// Owned values.
// Any thread.
// Refuses a file whose bytes are not those of its name.
#pragma once

#include <string>
#include <string_view>

#include "base/files/lasting.h"
#include "base/result.h"
#include "evidence/age/recipient.h"
#include "evidence/segments/segment.h"

namespace custos::evidence {

// "segments/ab/cd..."
std::string segment_path(std::string_view name);
// Returns the name. Not on the disk before the caller syncs (FileSystem::sync_all).
Result<std::string> write_segment(FileSystem& files, const std::string& folder, std::string_view bytes);
// The bytes of the file, checked against the name.
Result<std::string> read_segment_file(FileSystem& files, const std::string& folder, std::string_view name);
// The segment in these bytes, which may be encrypted; Denied where nobody it is for is here.
Result<Segment> open_segment(std::string_view file, const Keyring& keyring);
// Both in one.
Result<Segment> read_segment(FileSystem& files, const std::string& folder, std::string_view name, const Keyring& keyring);

}  // namespace custos::evidence
