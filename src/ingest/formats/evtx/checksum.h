// CRC-32 (ISO 3309, reflected polynomial 0xEDB88320), as EVTX headers and chunks carry it.
// Called by the EVTX reader and writer.
// A value.
// Any thread.
// Refuses nothing.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace custos::ingest::evtx {

// `before` is the checksum of the bytes that come before `bytes`.
std::uint32_t crc32(Bytes bytes, std::uint32_t before = 0);

}  // namespace custos::ingest::evtx
