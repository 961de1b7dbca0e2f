// The fixed places of an EVTX file: file header, chunk header, record header, and whether their checksums hold.
// Called by the decoder, the chunk walk and the writer.
// Plain values.
// Any thread.
// Refuses nothing: what does not fit is zero, and the `sound` flags say what may be believed.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace custos::ingest::evtx {

inline constexpr std::string_view kFileMagic{"ElfFile\0", 8};
inline constexpr std::string_view kChunkMagic{"ElfChnk\0", 8};
inline constexpr std::string_view kRecordMagic{"**\0\0", 4};
inline constexpr std::uint32_t kFileHeaderBytes = 4096;
inline constexpr std::uint32_t kChunkBytes = 65536;
inline constexpr std::uint32_t kChunkHeaderBytes = 512;
inline constexpr std::uint32_t kRecordHeaderBytes = 24;
inline constexpr std::uint32_t kRecordLeast = kRecordHeaderBytes + 4;  // header and the second copy of the length

struct FileHeader {
  bool sound = false;  // the checksum holds
  bool dirty = false;  // the log was not closed: header and last chunk may be behind the data
  std::uint64_t next_record = 0;
  std::uint16_t chunks = 0;
};
FileHeader read_file_header(Bytes file);

struct ChunkHeader {
  bool sound = false;       // the header's checksum holds
  bool data_sound = false;  // the records' checksum holds
  std::uint64_t first_record = 0, last_record = 0;
  std::uint32_t free_at = 0;  // where the records end, as announced
};
// `chunk`: from the signature on, at most 64 KiB, less where the file was cut.
ChunkHeader read_chunk_header(Bytes chunk);

// Whether a chunk may begin here, with its signature or without it: the header says its own size, and a record follows.
bool looks_like_chunk(Bytes bytes);
bool looks_like_file_header(Bytes bytes);

// The next place of a file's or a chunk's signature, or npos.
std::size_t find_signature(Bytes bytes, std::size_t from);

// The length of the run of zero bytes at the front.
std::size_t zero_run(Bytes bytes);

}  // namespace custos::ingest::evtx
