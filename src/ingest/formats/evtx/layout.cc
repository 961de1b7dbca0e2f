#include "ingest/formats/evtx/layout.h"

#include <algorithm>

#include "ingest/formats/evtx/checksum.h"

namespace custos::ingest::evtx {

FileHeader read_file_header(Bytes file) {
  FileHeader h;
  h.sound = has(file, 0, 128) && crc32(file.substr(0, 120)) == load_le<std::uint32_t>(file, 124);
  h.dirty = (load_le<std::uint32_t>(file, 120) & 1) != 0;
  h.next_record = load_le<std::uint64_t>(file, 24);
  h.chunks = load_le<std::uint16_t>(file, 42);
  return h;
}

ChunkHeader read_chunk_header(Bytes chunk) {
  ChunkHeader h;
  h.first_record = load_le<std::uint64_t>(chunk, 24);
  h.last_record = load_le<std::uint64_t>(chunk, 32);
  h.free_at = load_le<std::uint32_t>(chunk, 48);
  if (!has(chunk, 0, kChunkHeaderBytes)) return h;
  h.sound = crc32(chunk.substr(128, 384), crc32(chunk.substr(0, 120))) == load_le<std::uint32_t>(chunk, 124);
  if (h.free_at < kChunkHeaderBytes || h.free_at > chunk.size()) return h;
  h.data_sound =
      crc32(chunk.substr(kChunkHeaderBytes, h.free_at - kChunkHeaderBytes)) == load_le<std::uint32_t>(chunk, 52);
  return h;
}

bool looks_like_chunk(Bytes bytes) {
  return load_le<std::uint32_t>(bytes, 40) == 128 || slice(bytes, kChunkHeaderBytes, 4) == kRecordMagic;
}

bool looks_like_file_header(Bytes bytes) {
  return load_le<std::uint32_t>(bytes, 32) == 128 || load_le<std::uint16_t>(bytes, 40) == kFileHeaderBytes;
}

std::size_t find_signature(Bytes bytes, std::size_t from) {
  for (std::size_t at = bytes.find("Elf", from); at != Bytes::npos; at = bytes.find("Elf", at + 1)) {
    const Bytes eight = bytes.substr(at, 8);
    if (eight == kChunkMagic || eight == kFileMagic) return at;
  }
  return Bytes::npos;
}

std::size_t zero_run(Bytes bytes) {
  constexpr std::size_t kBlock = 512;
  std::size_t at = 0;
  // Wide steps first: a sparse tail is gigabytes long.
  for (; at + kBlock <= bytes.size(); at += kBlock) {
    std::uint64_t any = 0;
    for (std::size_t i = 0; i < kBlock; i += 8) {
      std::uint64_t v;
      std::memcpy(&v, bytes.data() + at + i, sizeof v);
      any |= v;
    }
    if (any != 0) break;
  }
  const auto first =
      std::find_if(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.end(), [](char c) { return c != 0; });
  return static_cast<std::size_t>(first - bytes.begin());
}

}  // namespace custos::ingest::evtx
