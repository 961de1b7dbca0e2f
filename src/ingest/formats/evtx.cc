#include <algorithm>
#include <memory>
#include <vector>

#include "ingest/format.h"
#include "ingest/formats/evtx/chunk.h"
#include "ingest/formats/evtx/layout.h"
#include "ingest/formats/evtx/record.h"

// docs/formats/evtx.md says what stands where in such a file, and what is done about each kind of damage.
namespace custos::ingest::evtx {
namespace decoding {
namespace {

constexpr std::size_t kFieldsOfABatch = 200'000;  // a batch of few records with very many fields is full, too
constexpr std::size_t kSparse = 4096;             // zeros that end a stretch of junk

class EvtxDecoder final : public Decoder {
 public:
  explicit EvtxDecoder(const DecodeOptions& options) : options_(options) {}

  std::size_t decode(const Window& window, Batch& batch, Report& report) override {
    if (!records_ || !records_->belongs_to(batch)) {
      records_ = std::make_unique<RecordDecoder>(batch, options_.limits);
      if (in_chunk_) records_->new_chunk(kept_);
    }
    records_->new_batch();
    fields_ = 0;
    std::size_t used = 0;
    while (used < window.bytes.size() && !full(batch)) {
      const Window rest{window.bytes.substr(used), window.offset + used, window.more};
      const std::size_t step = in_chunk_ ? carry_on(rest, batch, report) : between(rest, batch, report);
      if (step == 0) break;
      used += step;
    }
    if (window.more == More::Ended && used == window.bytes.size() && !in_chunk_) end(window.offset + used, report);
    return used;
  }

 private:
  bool full(const Batch& batch) const { return batch.full() || fields_ > kFieldsOfABatch; }

  std::size_t between(const Window& w, Batch& batch, Report& report);
  std::size_t file_header(const Window& w, Report& report);
  std::size_t junk(const Window& w, Report& report);
  void end_junk(Report& report);
  std::size_t chunk(const Window& w, Batch& batch, Report& report);
  void check_chunk(const Window& w, Bytes bytes, Report& report);
  std::size_t carry_on(const Window& w, Batch& batch, Report& report);
  std::size_t records(const Window& w, std::uint32_t base, Batch& batch, Report& report);
  void damage(const Stretch& s, Report& report);
  void record(const Stretch& s, Bytes raw, Batch& batch, Report& report);
  void end(std::uint64_t offset, Report& report);

  const DecodeOptions options_;
  std::unique_ptr<RecordDecoder> records_;
  std::size_t fields_ = 0;

  bool header_seen_ = false, start_told_ = false, ended_ = false;
  FileHeader header_;
  std::uint64_t chunks_ = 0;
  std::uint64_t junk_from_ = 0, junk_to_ = 0;  // bytes that are neither zeros nor anything known

  bool in_chunk_ = false;
  std::uint64_t chunk_offset_ = 0;
  std::uint32_t chunk_size_ = 0;  // what there is of it
  std::uint32_t done_ = 0;        // consumed of it
  ChunkWalk walk_;
  std::vector<char> copy_;  // of a chunk that goes on in the next batch, as its templates are needed again
  Bytes kept_;
};

std::size_t EvtxDecoder::between(const Window& w, Batch& batch, Report& report) {
  const Bytes b = w.bytes;
  const bool all = w.more != More::Coming;
  if (b.starts_with(kChunkMagic) && (b.size() >= kChunkBytes || all)) {
    if (looks_like_chunk(b) || b.size() < kChunkHeaderBytes) return chunk(w, batch, report);
    return junk(w, report);
  }
  if (b.starts_with(kFileMagic) && (b.size() >= kFileHeaderBytes || all)) {
    if (looks_like_file_header(b) || w.offset == 0) return file_header(w, report);
    return junk(w, report);
  }
  if (b.size() < 8 && !all) return 0;
  if (b.starts_with(kChunkMagic) || b.starts_with(kFileMagic)) return 0;
  const std::size_t zeros = zero_run(b);
  if (zeros >= kSparse || (zeros > 0 && junk_to_ != w.offset)) {
    end_junk(report);
    return zeros;
  }
  // Where a chunk belongs, one whose signature alone is destroyed is still a chunk.
  if (junk_to_ != w.offset && load_le<std::uint32_t>(b, 40) == 128 && slice(b, kChunkHeaderBytes, 4) == kRecordMagic) {
    if (b.size() < kChunkBytes && !all) return 0;
    report.reject(w.offset, 8, "chunk signature is destroyed");
    return chunk(w, batch, report);
  }
  if (b.size() < kChunkHeaderBytes + 4 && !all) return 0;
  return junk(w, report);
}

std::size_t EvtxDecoder::file_header(const Window& w, Report& report) {
  end_junk(report);
  const FileHeader h = read_file_header(w.bytes);
  if (!header_seen_) header_ = h;
  header_seen_ = true;
  if (!h.sound) report.note("file header checksum mismatch");
  if (h.dirty) report.note("log was not closed");
  if (w.bytes.size() < kFileHeaderBytes) {
    report.reject(w.offset, w.bytes.size(), "the source ends inside the file header");
    return w.bytes.size();
  }
  // A chunk can't begin inside a header, unless bytes were cut out.
  const std::size_t inner = find_signature(w.bytes.substr(0, kFileHeaderBytes + 8), 8);
  if (inner != Bytes::npos && inner < kFileHeaderBytes) {
    report.reject(w.offset + inner, 0, "file header is cut short");
    return inner;
  }
  return kFileHeaderBytes;
}

std::size_t EvtxDecoder::junk(const Window& w, Report& report) {
  if (junk_to_ != w.offset || junk_from_ == junk_to_) {
    end_junk(report);
    junk_from_ = w.offset;
  }
  std::size_t n = find_signature(w.bytes, 1);
  if (n == Bytes::npos) {
    // A signature may begin in the last bytes.
    n = w.more == More::Coming ? w.bytes.size() - std::min<std::size_t>(w.bytes.size() - 1, 7) : w.bytes.size();
    std::size_t last = n;
    while (last > 0 && w.bytes[last - 1] == 0) --last;
    if (n - last >= kSparse) n = last;
  }
  junk_to_ = w.offset + n;
  return n;
}

void EvtxDecoder::end_junk(Report& report) {
  if (junk_from_ == junk_to_) return;
  report.reject(junk_from_, junk_to_ - junk_from_, "neither a chunk nor unused space");
  if (junk_from_ == 0) start_told_ = true;
  junk_from_ = junk_to_ = 0;
}

void EvtxDecoder::check_chunk(const Window& w, Bytes bytes, Report& report) {
  if (!header_seen_ && !start_told_) report.reject(0, w.offset, "the file header is missing");
  start_told_ = true;
  const ChunkHeader h = read_chunk_header(bytes);
  if (bytes.size() >= kChunkHeaderBytes && !h.sound) report.note("chunk header checksum mismatch");
  if (!h.data_sound && (bytes.size() >= h.free_at || h.free_at > kChunkBytes)) report.note("chunk checksum mismatch");
  // Where a chunk lost bytes the next one begins inside it. What the checksum vouches for need not be searched.
  std::size_t inner = find_signature(bytes, h.data_sound ? h.free_at : kChunkHeaderBytes);
  while (inner != Bytes::npos && !looks_like_chunk(w.bytes.substr(inner))) inner = find_signature(bytes, inner + 8);
  if (inner != Bytes::npos) bytes = bytes.substr(0, inner);
  chunk_size_ = static_cast<std::uint32_t>(bytes.size());
  walk_ = ChunkWalk(bytes, h, bytes.size() < kChunkBytes, options_.carve);
  records_->new_chunk(bytes);
}

std::size_t EvtxDecoder::chunk(const Window& w, Batch& batch, Report& report) {
  end_junk(report);
  ++chunks_;
  const Bytes bytes = w.bytes.substr(0, kChunkBytes);
  if (bytes.size() < kChunkHeaderBytes) {
    report.reject(w.offset, bytes.size(), "the source ends inside a chunk header");
    return bytes.size();
  }
  check_chunk(w, bytes, report);
  chunk_offset_ = w.offset;
  done_ = 0;
  const std::size_t used = records(w, 0, batch, report);
  if (used == chunk_size_) return used;
  copy_.assign(bytes.begin(), bytes.begin() + chunk_size_);
  kept_ = Bytes(copy_.data(), copy_.size());
  walk_.move_to(kept_);
  records_->move_to(kept_);
  in_chunk_ = true;
  return used;
}

std::size_t EvtxDecoder::carry_on(const Window& w, Batch& batch, Report& report) {
  // The bytes are needed once more, as the raw records that the batch shows. They were in the last window.
  if (w.bytes.size() < chunk_size_ - done_ && w.more == More::Coming) return 0;
  const std::uint32_t base = done_;
  const std::size_t used = records(w, base, batch, report);
  in_chunk_ = base + used < chunk_size_;
  return std::min(used, w.bytes.size());
}

// Records from the walk's place on until the batch is full; w.bytes[0] is the chunk's byte `base`. Returns the bytes
// passed.
std::size_t EvtxDecoder::records(const Window& w, std::uint32_t base, Batch& batch, Report& report) {
  while (!full(batch)) {
    const Stretch s = walk_.next();
    if (s.kind == Stretch::Kind::Done) {
      done_ = chunk_size_;
      return chunk_size_ - base;
    }
    if (s.kind == Stretch::Kind::Damage) {
      damage(s, report);
    } else {
      record(s, slice(w.bytes, s.at - base, s.size), batch, report);
    }
  }
  done_ = walk_.at();
  return done_ - base;
}

void EvtxDecoder::damage(const Stretch& s, Report& report) { report.reject(chunk_offset_ + s.at, s.size, s.why); }

void EvtxDecoder::record(const Stretch& s, Bytes raw, Batch& batch, Report& report) {
  const std::uint64_t offset = chunk_offset_ + s.at;
  const char* why = records_->decode(s.at, s.size, raw, offset, batch);
  if (s.kind == Stretch::Kind::Slack) {
    report.note(why == nullptr ? "record carved from unused space" : "remains of a record in unused space");
  } else if (why != nullptr) {
    report.reject(offset, s.size, why);
  } else if (s.kind == Stretch::Kind::Repaired) {
    report.reject(offset + 4, 4, "record length is damaged; the record was read by its second copy");
  } else if (s.kind == Stretch::Kind::Torn) {
    report.reject(offset, s.size, "the end of the record is damaged; what could be read was read");
  } else if (s.kind == Stretch::Kind::Odd) {
    report.note("the two lengths of a record differ");
  } else if (s.kind == Stretch::Kind::Beyond) {
    report.note("record behind the end its chunk announces");
  }
  if (why == nullptr) fields_ += batch.fields(batch.size() - 1).size();
}

void EvtxDecoder::end(std::uint64_t offset, Report& report) {
  if (ended_) return;
  ended_ = true;
  end_junk(report);
  if (header_seen_ && header_.sound && chunks_ < header_.chunks) {
    report.reject(
        offset, 0,
        "the source ends after " + std::to_string(chunks_) + " of " + std::to_string(header_.chunks) + " chunks");
  }
}

int recognise(Bytes head, bool) {
  if (head.starts_with(kFileMagic) || head.starts_with(kChunkMagic)) return 100;
  if (slice(head, kFileHeaderBytes, 8) == kChunkMagic) return 100;
  for (std::size_t at = find_signature(head, 0); at != Bytes::npos; at = find_signature(head, at + 1)) {
    const Bytes rest = head.substr(at);
    if (rest.starts_with(kChunkMagic) ? load_le<std::uint32_t>(rest, 40) == 128
                                      : load_le<std::uint32_t>(rest, 32) == 128)
      return 90;
  }
  return 0;
}

std::unique_ptr<Decoder> open(const DecodeOptions& options) { return std::make_unique<EvtxDecoder>(options); }

}  // namespace
}  // namespace decoding

extern const Format format;
const Format format{
    .name = "evtx",
    .title = "Windows event log (EVTX)",
    .details = "every channel; damaged and unclosed logs, forwarded events, records in unused space with --carve",
    .numbered = true,
    .recognise = decoding::recognise,
    .open = decoding::open,
};

}  // namespace custos::ingest::evtx
