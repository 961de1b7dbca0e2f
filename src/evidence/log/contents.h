// What the entries of a log say that its folder holds.
// Filled by checks, packages and lists; feeds whoever looks for a source, a segment or a time stamp.
// Owned values.
// One thread.
// Refuses entries with anything missing or of another type: their kind is known, so they must be whole.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto/sha256.h"
#include "base/result.h"
#include "evidence/log/reader.h"

namespace custos::evidence {

struct SourceClaim {
  std::uint64_t index = 0, size = 0;
  std::string exhibit, sha256;
};

struct PartClaim {
  std::uint64_t source = 0, first = 0, records = 0, at = 0, bytes = 0;
};

struct SegmentClaim {
  std::uint64_t index = 0, scan = 0;
  std::string holds, file;
  std::uint64_t size = 0, records = 0, bytes = 0;
  Hash32 root{};
  std::vector<PartClaim> parts;
};

// A time stamp that was put on record.
struct StampClaim {
  std::uint64_t index = 0, size = 0;
  std::string sha256;
};

// A cosignature that was put on record: the line stands in the kept checkpoint of this size.
struct WitnessClaim {
  std::uint64_t size = 0;
  std::string line;
};

// The end of a scan: where its coverage statement lies, how many findings it had, and when it was.
struct EndClaim {
  std::uint64_t segment = 0, leaf = 0, findings = 0;
  std::string time;
};

// Segments that nobody may delete until this date has passed ("": until it is released).
struct HoldClaim {
  std::set<std::string> segments;
  std::string until;
};

struct Contents {
  std::string settings;                        // the newest entry of the kind "log"
  std::vector<SourceClaim> sources;            // by index
  std::vector<SegmentClaim> segments;          // by index
  std::map<std::string, std::uint64_t> by_file;  // name -> place in segments
  std::vector<StampClaim> stamps;
  std::map<std::uint32_t, std::string> epochs;  // number -> SHA-256 of its file
  std::vector<WitnessClaim> witnessed;
  std::map<std::uint64_t, HoldClaim> holds;    // by the index of their entries; those that were released are not here any more
  std::set<std::uint64_t> released;            // holds that were
  std::set<std::string> deleted;               // names that an entry says were deleted
  std::vector<std::string> wrong_deletions;    // sentences: of what was held, or of what is no segment
  std::set<std::uint64_t> scans;               // index of their first entries
  std::map<std::uint64_t, EndClaim> ended;     // by the same
  std::map<std::string, std::uint64_t> kinds;  // how many entries of each

  // The next entry; what it refers to came before it.
  Result<void> add(std::uint64_t index, std::string_view entry);
  // An entry without those around it, as in a package.
  Result<void> add_some(std::uint64_t index, std::string_view entry);
  const SourceClaim* source(std::uint64_t index) const;
  // The hold that keeps this segment on this date (YYYY-MM-DD); null: none.
  const std::uint64_t* held(const std::string& file, std::string_view date) const;
};

// Of all entries under the reader's checkpoint.
Result<Contents> read_contents(LogReader& log);

}  // namespace custos::evidence
