// Shows every stream of bytes that a stream holds: itself, what it unpacks to, members of archives, to a bounded depth.
// Called by visit() and by the fuzzer; feeds a StreamVisitor.
// Streams live during the visitor's call.
// One thread.
// Refuses bombs (Budget) and names what it can't unpack; never writes anything.
#pragma once

#include "ingest/transports/archive/budget.h"
#include "ingest/transports/file_stream.h"

namespace custos::ingest {

// `seekable` is the same stream where it has a position, else nullptr. Errors of `from` itself are the caller's to
// report, and so is a budget that ran out.
void unpack(ByteStream& from, Seekable* seekable, const StreamInfo& info, Budget& budget, StreamVisitor& visitor);

}  // namespace custos::ingest
