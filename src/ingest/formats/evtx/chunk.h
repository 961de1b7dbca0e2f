// The walk over the records of one chunk: which stretch is a record, which is damage, and where it all ends.
// Called by the decoder, which decodes the records and reports the damage.
// A Stretch is places only; the walk holds a view of the chunk.
// One thread.
// Refuses lengths that can't be: it looks for the next record signature (records stand on multiples of eight) and says
// what lies between. A record whose length is destroyed but whose second copy stands is still given out.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "ingest/formats/evtx/layout.h"

namespace custos::ingest::evtx {

struct Stretch {
  enum class Kind : std::uint8_t {
    Record,    // [at, at + size)
    Repaired,  // a record whose first length was wrong; `size` comes from the second copy
    Torn,      // a record whose end is not its own: what of it can be read is not all of it
    Odd,       // a record whose second length differs from the first
    Beyond,    // a record behind the announced end that carries on the numbers: the header is older than the data
    Slack,     // a record in unused space (only when carving)
    Damage,    // bytes in the used part that are no record
    Done,
  };
  Kind kind = Kind::Done;
  std::uint32_t at = 0, size = 0;
  const char* why = "";
};

class ChunkWalk {
 public:
  ChunkWalk() = default;
  // `chunk`: what there is of the chunk, from its signature on. `cut`: the source ends before the chunk does.
  ChunkWalk(Bytes chunk, const ChunkHeader& header, bool cut, bool carve);

  Stretch next();
  // Nothing before this place (from the chunk's start) is needed any more but for names and templates.
  std::uint32_t at() const { return at_; }
  // The chunk was copied elsewhere.
  void move_to(Bytes chunk) { chunk_ = chunk; }

 private:
  std::uint32_t size() const { return static_cast<std::uint32_t>(chunk_.size()); }
  bool signature(std::uint32_t at) const { return slice(chunk_, at, 4) == kRecordMagic; }
  std::uint32_t length(std::uint32_t at) const { return load_le<std::uint32_t>(chunk_, at + 4); }
  std::uint64_t number(std::uint32_t at) const { return load_le<std::uint64_t>(chunk_, at + 8); }
  bool fits(std::uint32_t at) const;
  bool copies_agree(std::uint32_t at) const;
  Stretch take(Stretch::Kind kind, std::uint32_t n, const char* why = "");
  Stretch damage();
  Stretch missing();
  Stretch behind();
  std::uint32_t find_record(std::uint32_t from, std::uint32_t to) const;

  Bytes chunk_;
  std::uint32_t at_ = kChunkHeaderBytes;
  std::uint32_t end_ = 0;   // of the used part; what there is of it
  std::uint64_t first_ = 0, announced_last_ = 0;  // numbers of the chunk's records, as its header has them
  std::uint64_t last_ = 0;  // number of the record before
  bool any_ = false;        // a record was seen
  bool known_ = false;      // the header says credibly where the used part ends
  bool cut_ = false, carve_ = false, told_ = false, slack_ = false;
  std::uint32_t announced_ = 0;
};

}  // namespace custos::ingest::evtx
