// A packet capture becomes the logs that a tool makes of it, read like any other source and then forgotten.
// Called by the unpacking when it meets a capture and the user named a tool; feeds the visitor.
// Folder, process and logs live during the call.
// Any thread: one process and one private folder a capture.
// Refuses nothing silently: what the tool could not read, or was kept from reading, makes the capture partial or unread.
#pragma once

#include "ingest/source.h"
#include "ingest/transports/archive/budget.h"

namespace custos::ingest {

// `path` of the capture where it is a file of its own; empty: `bytes` are copied into the folder first.
// `bytes` begin with the capture's first byte; errors of theirs are the caller's to report.
void show_capture(const CaptureTool& tool, const std::string& path, ByteStream& bytes, const StreamInfo& info, Budget& budget, StreamVisitor& visitor);

}  // namespace custos::ingest
