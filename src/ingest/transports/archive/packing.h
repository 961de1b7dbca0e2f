// How bytes are packed, by their first bytes alone: compressions, archives, UTF-16.
// Called by unpack().
// Plain values.
// Any thread.
// Refuses guesses: what is not clearly packed is taken as it stands.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace custos::ingest {

enum class Packing : std::uint8_t { None, Gzip, Bzip2, Xz, Zstd, Lz4, Zip, Tar, SevenZip, Unsupported };

inline constexpr std::size_t kPackingHead = 1024;  // bytes that detect_packing() wants to see where there are so many

Packing detect_packing(Bytes head);
bool is_compression(Packing p);  // one stream of bytes, not an archive with members
const char* packing_name(Packing p);
// "RAR archive", ... for Packing::Unsupported.
const char* unsupported_name(Bytes head);

enum class Utf16 : std::uint8_t { No, Little, Big };
struct Utf16Head {
  Utf16 order = Utf16::No;
  std::size_t mark = 0;  // bytes of the byte order mark
};
// With a byte order mark, or without one where the head is plainly text with a zero behind (or before) every character.
Utf16Head detect_utf16(Bytes head);

}  // namespace custos::ingest
