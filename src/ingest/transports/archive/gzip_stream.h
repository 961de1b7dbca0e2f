// gzip, member after member, by zlib.
// Called by open_unpacked().
// Lives as long as the stream it reads.
// One thread.
// Refuses wrong checksums and lengths and a cut stream with an error; bytes behind the last member are a remark.
#pragma once

#include "ingest/transports/archive/unpacked_stream.h"

namespace custos::ingest {

std::unique_ptr<UnpackedStream> open_gzip(ByteStream& from, Budget& budget);

}  // namespace custos::ingest
