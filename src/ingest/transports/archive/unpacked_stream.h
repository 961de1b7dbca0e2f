// A compressed stream as the bytes it unpacks to: gzip by zlib (which checks its sums), the others by libarchive.
// Called by unpack(); feeds itself (archives in compressions) and decoders.
// Lives as long as the stream it reads.
// One thread.
// Refuses damage and bombs with an error; what came out before it was good.
#pragma once

#include <memory>
#include <optional>

#include "ingest/source.h"
#include "ingest/transports/archive/budget.h"
#include "ingest/transports/archive/packing.h"

namespace custos::ingest {

class UnpackedStream : public ByteStream {
 public:
  // What went wrong in this layer itself; an error of the stream below is passed on by read() but is not told here.
  const std::optional<Error>& failure() const { return failure_; }
  // Something odd that lost nothing of the stream: bytes behind its end. Empty when there is nothing to say.
  const std::string& remark() const { return remark_; }
  std::uint64_t produced() const { return produced_; }

 protected:
  explicit UnpackedStream(Budget& budget) : budget_(budget) {}
  // Counts what comes out. False when a limit is reached.
  bool produce(std::size_t n);
  tl::unexpected<Error> broken(std::string why, Code code = Code::Malformed);

  Budget& budget_;
  std::optional<Error> failure_;
  std::string remark_;
  std::uint64_t produced_ = 0;
};

// `what` must be a compression.
std::unique_ptr<UnpackedStream> open_unpacked(ByteStream& from, Packing what, Budget& budget);

}  // namespace custos::ingest
