// Which segments a hold keeps and a deletion takes, what goes on record for both, and the deleting itself.
// Called by engine/ for `custos evidence hold`, `release` and `delete`, and by the sweep for deletions that were cut off.
// Owned values.
// One thread.
// Refuses scans and findings that are not in the log.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/files/file_system.h"
#include "base/result.h"
#include "evidence/log/contents.h"
#include "evidence/log/entry.h"
#include "evidence/log/log.h"

namespace custos::evidence {

// Segments that are not deleted, in the order of their entries.
using Segments = std::vector<const SegmentClaim*>;

// Everything that was sealed of these scans (the index of their first entry); an error for one that is none, or that never ended.
Result<Segments> segments_of_scans(const Contents& contents, const std::vector<std::uint64_t>& scans);
// The ended scans whose end was before this date (YYYY-MM-DD).
std::vector<std::uint64_t> scans_before(const Contents& contents, std::string_view date);
// Segments that sealed findings refer to with their records, and the ones that hold their documents; of these findings, or of all where none is named.
Result<std::set<std::string>> segments_of_findings(FileSystem& files, const std::string& folder, const Contents& contents, const std::vector<std::string>& ids,
                                                   const Keyring& keyring);

// As many entries as it takes: none is larger than an entry may be.
Result<std::vector<std::string>> hold_entries(const Custody& custody, Micros time, const Segments& segments, const std::string& until);
Result<std::vector<std::string>> deletion_entries(const Custody& custody, Micros time, const Segments& segments);
// The entries, a checkpoint over them, and only then the files. Returns the index of the first entry.
Result<std::uint64_t> delete_on_record(FileSystem& files, const std::string& folder, Log& log, const std::vector<std::string>& entries,
                                       const Segments& segments);

// Of the segments whose deletion is on record, those that are there still.
std::vector<std::string> still_there(FileSystem& files, const std::string& folder, const std::set<std::string>& deleted);
// Removes them, so that they stay away after a crash; returns their names. Their deletion must be on record under a checkpoint.
Result<std::vector<std::string>> remove_deleted(FileSystem& files, const std::string& folder, const std::set<std::string>& deleted);

}  // namespace custos::evidence
