// The contract of a log format: recognise it by its content, then turn windows of bytes into batches of events.
// Called by engine/ through ingest/ingest.h; every file of formats/ defines one `extern const Format format`.
// A Decoder lives for one source; what it puts into a batch may point into the window it was given.
// One thread per decoder.
// Refuses nothing: bad data is reported to Report and skipped, and decoding goes on behind it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/limits.h"
#include "ingest/report.h"
#include "model/batch.h"

namespace custos::ingest {

enum class More : std::uint8_t {
  Coming,  // there are bytes behind this window; a decoder may leave an unfinished record unconsumed
  Ended,   // these are the last bytes: everything must be consumed
  Full,    // the window can't grow (Limits::record_bytes): a record that does not fit must be reported and skipped
};

struct Window {
  Bytes bytes;           // at least 64 readable bytes follow
  std::uint64_t offset;  // of bytes[0] in the source
  More more;
};

struct DecodeOptions {
  Limits limits;
  Micros modified = kNoTime;  // the file's time stamp: the year of dates without one
  bool carve = false;         // look for records in slack space too (EVTX)
  std::string handed_to = {};  // the tool that made logs of this packet capture; empty: none
};

class Decoder {
 public:
  virtual ~Decoder() = default;

  // Decodes whole records from the front of the window into `batch` and returns the bytes consumed. Returns early when
  // batch.full(). Called again with what was left plus more. Returning 0 with an empty batch means: I need a larger window.
  // With More::Ended it is called until it consumes everything; it is then called once more with an empty window, so that
  // events held back (joined records) can be handed out, until that call adds no event.
  // With More::Full it must consume something.
  virtual std::size_t decode(const Window& window, Batch& batch, Report& report) = 0;
};

struct Format {
  std::string_view name;     // "evtx"
  std::string_view title;    // "Windows event log (EVTX)"
  std::string_view details;  // a line for `custos formats`: what is decoded, which log sources
  bool numbered = false;     // Record::number is the source's own number, so gaps mean something
  // How sure the head of a file (up to 64 KiB; `whole`: that is all of it) is of this format: 0 no, 100 certain.
  int (*recognise)(Bytes head, bool whole);
  std::unique_ptr<Decoder> (*open)(const DecodeOptions& options);
};

// The catalogue: every file of ingest/formats/.
std::span<const Format* const> formats();

// The best match, or nullptr when nobody recognises it.
const Format* recognise(Bytes head, bool whole);

}  // namespace custos::ingest
