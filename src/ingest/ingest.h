// The door of the ingest layer: from paths to batches of events.
// Included by engine/ (and by cli/ for the list of formats); feeds rules through engine.
// See the headers behind it for lifetimes.
// One thread a source.
// Refuses nothing silently: rejects, notes and problems all reach the coverage statement.
#pragma once

#include "ingest/captures.h"  // find_capture_tool()
#include "ingest/format.h"    // Format, Decoder, recognise()
#include "ingest/formats/evtx/writer.h"  // evtx::Writer, for the simulation
#include "ingest/reader.h"  // Head, read_all()
#include "ingest/source.h"  // walk(), visit()
