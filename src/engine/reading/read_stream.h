// One stream of bytes to batches of events: format recognised, decoded, rejects counted. For whoever needs no coverage statement of it.
// Called by the visitors of attribution/, evaluation/ and propose/.
// Batches live during the call of `take`.
// One thread.
// Refuses nothing: what can't be read is in the outcome.
#pragma once

#include <functional>
#include <string>

#include "base/limits.h"
#include "ingest/ingest.h"

namespace custos::engine {

struct StreamOutcome {
  bool empty = false, known = true, to_its_end = true;  // known: its format
  ReadState state = ReadState::Whole;
  std::uint64_t rejects = 0;
  std::string why;  // where it was not read whole
};

// `undated`: the time by which a decoder guesses the year of events that don't say it.
StreamOutcome read_stream(const ingest::StreamInfo& info, ingest::ByteStream& bytes, Micros undated, Batch& batch, const Limits& limits,
                          const std::function<void(Batch&)>& take);

}  // namespace custos::engine
