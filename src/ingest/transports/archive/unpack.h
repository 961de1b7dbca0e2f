// Shows every stream of bytes that a stream holds: itself, what it unpacks to, members of archives, to a bounded depth.
// Called by visit() and by the fuzzer; feeds a StreamVisitor.
// Streams live during the visitor's call.
// One thread.
// Refuses bombs (Budget) and names what it can't unpack; writes nothing itself.
#pragma once

#include "ingest/captures.h"
#include "ingest/transports/archive/budget.h"
#include "ingest/transports/file_stream.h"

namespace custos::ingest {

// Who gets packet captures: no tool, nobody.
struct Captures {
  const CaptureTool* tool = nullptr;
  std::string path;  // of the top-level file, where it is one: it is not copied
};

// `seekable` is the same stream where it has a position, else nullptr. Errors of `from` itself are the caller's to
// report, and so is a budget that ran out.
void unpack(ByteStream& from, Seekable* seekable, const StreamInfo& info, Budget& budget, StreamVisitor& visitor,
            const Captures& captures = {});

}  // namespace custos::ingest
