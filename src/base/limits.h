// The bounds that every parser keeps, whatever the input says about itself.
// Called by ingest/ and rules/; filled in by cli/ through engine/.
// A plain value; copied.
// Any thread.
// Refuses nothing; a parser that reaches a bound reports it as a reject or an Error with Code::Limit.
#pragma once

#include <cstddef>
#include <cstdint>

namespace custos {

struct Limits {
  std::size_t record_bytes = 16u << 20;               // one raw record (line, document, EVTX record)
  std::size_t fields = 20'000;                        // fields of one record
  std::size_t depth = 64;                             // nesting inside one record
  std::size_t names = 65'536;                         // distinct field names kept by one worker
  std::uint64_t expanded_bytes = 2ull << 30;          // what one top-level archive may unpack to, all levels together;
  std::uint64_t usual_ratio = 64;                     // more only while unpacked to packed stays below this: large archives of logs
  std::uint64_t expansion_ratio = 1'000;              // unpacked to packed, judged once ratio_floor is passed
  std::uint64_t ratio_floor = 256ull << 20;           // bytes unpacked before the ratio counts
  std::size_t archive_entries = 200'000;              // members of one top-level archive, all levels together
  std::size_t archive_depth = 5;                      // archives inside archives
  std::uint64_t capture_seconds = 600;                // that a tool may take for one packet capture
  std::uint64_t capture_bytes = 4ull << 30;           // that it may write, and that a packed capture may take on disk
  std::size_t folder_depth = 512;                     // folders inside folders
  std::size_t rejects_listed = 1'000;                 // rejects a source lists in full; more are counted
};

}  // namespace custos
