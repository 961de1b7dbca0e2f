// The windowing loop between a stream of bytes and a decoder, and the look at its head before there is a decoder.
// Called by engine/ for every stream a visit() shows; feeds batches to a sink.
// A batch and what it points into live until the sink returns; Head::look() until the Head dies.
// One thread per stream.
// Refuses decoders that break their promise: what they leave is rejected and reading stops; it never loops without end.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "ingest/format.h"
#include "ingest/report.h"
#include "ingest/source.h"
#include "model/batch.h"

namespace custos::ingest {

inline constexpr std::size_t kPadding = 64;            // zero bytes that are readable behind a window or a head
inline constexpr std::size_t kHeadBytes = 64u << 10;   // what recognise() looks at
inline constexpr std::size_t kWindowBytes = 1u << 18;  // the usual window

// The first bytes of a stream, kept so that they can be looked at and then read again as if nothing had happened.
class Head final : public ByteStream {
 public:
  explicit Head(ByteStream& from) : from_(from) {}

  // Up to `size` (at most kHeadBytes) first bytes; asking for more than before keeps what there is. An error of the
  // stream shortens the head and comes out of read() behind it. Only before the first read().
  Bytes look(std::size_t size = kHeadBytes);
  // look() showed all there is, and it ended well.
  bool whole() const { return ended_ && !failure_; }

  Result<std::size_t> read(char* to, std::size_t size) override;

 private:
  ByteStream& from_;
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0, capacity_ = 0, at_ = 0;
  bool ended_ = false;
  std::unique_ptr<Error> failure_;
};

struct ReadSummary {
  std::uint64_t bytes = 0;   // taken from the stream
  std::uint64_t events = 0;  // handed to the sink
  bool whole = true;         // the stream ended well and the decoder took all of it
};

// Gets each batch that holds events; it is cleared afterwards. Nothing of it may be kept.
using BatchSink = std::function<void(Batch&)>;

// Reads the stream to its end. A stream that ends in an error is decoded as far as it goes and reported as partial.
ReadSummary read_all(ByteStream& from, Decoder& decoder, Batch& batch, Report& report, const Limits& limits,
                     const BatchSink& sink);

}  // namespace custos::ingest
